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

// MaxBody is the largest body of a message, in bytes. The API answers 413 above it.
const MaxBody = 4 << 20

// maxJSON limits a JSON answer, in bytes. A page of 100 users with names of 128
// four-byte characters is well under 100 KiB.
const maxJSON = 1 << 20

// TokenSource returns the ID tokens for calls. Implementations are safe for concurrent
// use.
type TokenSource interface {
	// Token returns an ID token that has not expired.
	Token(ctx context.Context) (string, error)
	// Renew returns a token other than refused, which the API answered with 401.
	// ErrCannotRenew makes the call fail with that 401.
	Renew(ctx context.Context, refused string) (string, error)
}

// ErrCannotRenew means that a token source has no other token.
var ErrCannotRenew = errors.New("the token cannot be renewed")

// StaticToken is a [TokenSource] with a single ID token.
type StaticToken string

// Token implements [TokenSource].
func (t StaticToken) Token(context.Context) (string, error) { return string(t), nil }

// Renew implements [TokenSource].
func (t StaticToken) Renew(context.Context, string) (string, error) { return "", ErrCannotRenew }

// Client calls the REST API as one user. It is safe for concurrent use. Set its fields
// before the first call.
type Client struct {
	HTTP *http.Client
	// API is the base URL of the contract's paths: Config.APIURL.
	API    string
	Tokens TokenSource
	Retry  Retry
	// UserAgent is sent if it is not empty.
	UserAgent string
}

// New returns a client that tries once. Set Retry for retries.
func New(hc *http.Client, cfg Config, tokens TokenSource) *Client {
	return &Client{HTTP: hc, API: cfg.APIURL, Tokens: tokens}
}

type call struct {
	method string
	path   []string
	query  url.Values
	header http.Header
	// body returns a new reader of the body for each try; nil means no body.
	body func() io.Reader
	size int64
	once bool
}

// do makes the call, retries temporary failures, and passes a success to use. It closes
// the response's body after use returns.
func (c *Client) do(ctx context.Context, k call, use func(*http.Response) error) error {
	retry := c.Retry
	if k.once {
		retry.For = 0
	}
	return retry.do(ctx, func() error {
		token, err := c.Tokens.Token(ctx)
		if err != nil {
			return err
		}
		err = c.try(ctx, k, token, use)
		if !HasStatus(err, http.StatusUnauthorized) {
			return err
		}
		// A token that is still valid by our clock may be refused after a change of the
		// clock, the key or the pool. Retry once with a new token.
		token, renewErr := c.Tokens.Renew(ctx, token)
		if errors.Is(renewErr, ErrCannotRenew) {
			return err
		}
		if renewErr != nil {
			return renewErr
		}
		return c.try(ctx, k, token, use)
	})
}

func (c *Client) try(ctx context.Context, k call, token string, use func(*http.Response) error) error {
	req, err := c.request(ctx, k, token)
	if err != nil {
		return err
	}
	res, err := c.HTTP.Do(req)
	if err != nil {
		return unreachable(ctx, c.API, err)
	}
	defer res.Body.Close()
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return readProblem(res)
	}
	return use(res)
}

func (c *Client) request(ctx context.Context, k call, token string) (*http.Request, error) {
	base, err := url.Parse(c.API)
	if err != nil {
		return nil, fmt.Errorf("reading the API's URL: %w", err)
	}
	where := base.JoinPath(k.path...)
	where.RawQuery = k.query.Encode()
	var body io.Reader
	if k.body != nil && k.size > 0 {
		body = k.body()
	}
	req, err := http.NewRequestWithContext(ctx, k.method, where.String(), body)
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	if k.header != nil {
		req.Header = k.header.Clone()
	}
	if body != nil {
		req.ContentLength = k.size
	}
	if c.UserAgent != "" {
		req.Header.Set("User-Agent", c.UserAgent)
	}
	// API Gateway sends an opened message as base64 to a client that does not accept
	// binary ("Return binary media from a Lambda proxy integration").
	req.Header.Set("Accept", "*/*")
	req.Header.Set("Authorization", "Bearer "+token)
	return req, nil
}

func (c *Client) getJSON(ctx context.Context, k call, out any) error {
	return c.do(ctx, k, func(res *http.Response) error {
		err := json.NewDecoder(io.LimitReader(res.Body, maxJSON)).Decode(out)
		if err != nil {
			return unreachable(ctx, c.API, fmt.Errorf("reading the answer: %w", err))
		}
		return nil
	})
}
