package smoke

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/sealpost/sealpost/client"
)

// edge tests the gateway: a request without a token is refused, in a form that a page
// can read.
func edge(ctx context.Context, c Config, cfg client.Config) error {
	refused, err := ask(ctx, c, http.MethodGet, cfg, "users/me")
	if err != nil {
		return err
	}
	var problem client.Problem
	if err := json.NewDecoder(refused.Body).Decode(&problem); err != nil {
		problem.Type = "no problem document"
	}
	_ = refused.Body.Close() // the rest does not matter
	if refused.StatusCode != http.StatusUnauthorized || problem.Name() != "unauthorized" || problem.Status != refused.StatusCode {
		return fmt.Errorf("without a token the API answers %s, %s; want 401 with the type %sunauthorized",
			refused.Status, problem.Type, client.ProblemPrefix)
	}
	c.Say("nobody comes in without a token")
	if sameOrigin(c.Server, cfg.APIURL) {
		return nil
	}
	return page(ctx, c, cfg, refused.Header.Get("Access-Control-Allow-Origin"))
}

// page tests CORS, which a page of another origin needs, as on AWS: one origin, the
// same in a preflight and in API Gateway's own answers.
func page(ctx context.Context, c Config, cfg client.Config, origin string) error {
	preflight, err := ask(ctx, c, http.MethodOptions, cfg, "users/me")
	if err != nil {
		return err
	}
	_ = preflight.Body.Close()
	allowed := preflight.Header.Get("Access-Control-Allow-Origin")
	switch {
	case preflight.StatusCode/100 != 2:
		return fmt.Errorf("a browser's preflight is answered %s", preflight.Status)
	case !strings.Contains(preflight.Header.Get("Access-Control-Allow-Headers"), "Authorization"):
		return errors.New("a browser's preflight does not allow Authorization")
	case allowed == "" || allowed == "*" || allowed != origin:
		return fmt.Errorf("a browser's preflight allows the origin %q, and an answer without a token %q", allowed, origin)
	}
	c.Say("pages of %s may call the API, and no others", allowed)
	return nil
}

func ask(ctx context.Context, c Config, method string, cfg client.Config, path string) (*http.Response, error) {
	where, err := url.JoinPath(cfg.APIURL, path)
	if err != nil {
		return nil, fmt.Errorf("reading apiUrl: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, method, where, nil)
	if err != nil {
		return nil, fmt.Errorf("asking for %s: %w", where, err)
	}
	req.Header.Set("Origin", strings.TrimRight(c.Server, "/"))
	if method == http.MethodOptions {
		req.Header.Set("Access-Control-Request-Method", http.MethodGet)
		req.Header.Set("Access-Control-Request-Headers", "authorization")
	}
	res, err := c.HTTP.Do(req)
	if err != nil {
		return nil, fmt.Errorf("asking for %s: %w", where, err)
	}
	return res, nil
}

func sameOrigin(a, b string) bool {
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	return errX == nil && errY == nil && x.Scheme == y.Scheme && x.Host == y.Host
}
