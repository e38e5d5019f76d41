package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// maxConfig is far above the size of any configuration, in bytes.
const maxConfig = 64 << 10

// Config is a server's public configuration, GET /config.json.
type Config struct {
	// APIURL is the base URL of the contract's paths.
	APIURL  string        `json:"apiUrl"`
	Region  string        `json:"region"`
	Cognito CognitoConfig `json:"cognito"`
}

// CognitoConfig says where the user pool is.
type CognitoConfig struct {
	// Endpoint is empty for the region's default endpoint.
	Endpoint   string `json:"endpoint"`
	UserPoolID string `json:"userPoolId"`
	ClientID   string `json:"clientId"`
	// IdentityPoolID is set on AWS only.
	IdentityPoolID string `json:"identityPoolId,omitempty"`
}

// ErrNotSealpost means that the URL answers, but not as a Sealpost server.
var ErrNotSealpost = errors.New("not a Sealpost server")

// ErrDowngrade means that the configuration of an https server has plain http URLs,
// over which passwords and tokens could be read.
var ErrDowngrade = errors.New("the server leads from https to plain http")

// Discover fetches the configuration of server, such as "https://sealpost.example".
// Relative URLs in it are relative to server. The error is an [*UnreachableError],
// [ErrNotSealpost] or [ErrDowngrade].
func Discover(ctx context.Context, hc *http.Client, server string) (Config, error) {
	base, err := url.Parse(server)
	if err != nil {
		return Config{}, fmt.Errorf("reading the server's URL: %w", err)
	}
	where := base.JoinPath("config.json")
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, where.String(), nil)
	if err != nil {
		return Config{}, fmt.Errorf("asking for the configuration: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	res, err := hc.Do(req)
	if err != nil {
		return Config{}, unreachable(ctx, server, err)
	}
	defer res.Body.Close()
	cfg, err := readConfig(res)
	if err != nil {
		return Config{}, fmt.Errorf("%s: %w", where, err)
	}
	return cfg, cfg.resolve(base)
}

func readConfig(res *http.Response) (cfg Config, err error) {
	if res.StatusCode >= http.StatusInternalServerError {
		// The server is starting, or a gateway cannot reach it.
		return cfg, readProblem(res)
	}
	if where, err := res.Location(); err == nil {
		return cfg, fmt.Errorf("%w: it says to go to %s", ErrNotSealpost, where)
	}
	if res.StatusCode != http.StatusOK {
		return cfg, fmt.Errorf("%w: it answered %s", ErrNotSealpost, res.Status)
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxConfig)).Decode(&cfg); err != nil {
		return cfg, fmt.Errorf("%w: its configuration is no JSON", ErrNotSealpost)
	}
	if cfg.APIURL == "" || cfg.Region == "" || cfg.Cognito.ClientID == "" {
		return cfg, fmt.Errorf("%w: its configuration lacks apiUrl, region or cognito.clientId", ErrNotSealpost)
	}
	return cfg, nil
}

func (c *Config) resolve(base *url.URL) (err error) {
	if c.APIURL, err = resolveURL(base, c.APIURL); err != nil {
		return fmt.Errorf("apiUrl: %w", err)
	}
	if c.Cognito.Endpoint == "" {
		return nil
	}
	if c.Cognito.Endpoint, err = resolveURL(base, c.Cognito.Endpoint); err != nil {
		return fmt.Errorf("cognito.endpoint: %w", err)
	}
	return nil
}

func resolveURL(base *url.URL, ref string) (string, error) {
	u, err := base.Parse(ref)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNotSealpost, err)
	}
	if u.Scheme != "https" && base.Scheme == "https" {
		return "", fmt.Errorf("%w: %s", ErrDowngrade, u)
	}
	return u.String(), nil
}
