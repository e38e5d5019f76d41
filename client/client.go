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

// MaxBody is the largest body of a message, in bytes; the API answers 413 above.
const MaxBody = 4 << 20

// maxJSON bounds what is read of a JSON answer, in bytes: a page of 100 users
// with names of 128 four-byte characters has well under 100 KiB.
const maxJSON = 1 << 20

// TokenSource gives the ID tokens that calls carry. Implementations are safe for
// concurrent use.
type TokenSource interface {
	// Token returns an ID token that has not expired.
	Token(ctx context.Context) (string, error)
	// Renew returns a token other than refused, which the API answered 401 to, or
	// ErrCannotRenew to let that answer stand.
	Renew(ctx context.Context, refused string) (string, error)
}

// ErrCannotRenew is a token source that has the one token only.
var ErrCannotRenew = errors.New("the token cannot be renewed")

// StaticToken is a [TokenSource] of one ID token.
type StaticToken string

// Token implements [TokenSource].
func (t StaticToken) Token(context.Context) (string, error) { return string(t), nil }

// Renew implements [TokenSource].
func (t StaticToken) Renew(context.Context, string) (string, error) { return "", ErrCannotRenew }

// Client calls the REST API as one user. It is safe for concurrent use; its fields
// are set before the first call.
type Client struct {
	HTTP *http.Client
	// API is where the contract's paths begin: Config.APIURL.
	API    string
	Tokens TokenSource
	Retry  Retry
	// UserAgent is sent when it is not empty.
	UserAgent string
}

// New makes a client that tries once; set Retry for more.
func New(hc *http.Client, cfg Config, tokens TokenSource) *Client {
	return &Client{HTTP: hc, API: cfg.APIURL, Tokens: tokens}
}

// call is one request of the contract.
type call struct {
	method string
	path   []string
	query  url.Values
	header http.Header
	// body returns the body from its beginning, for each try anew; nil is none.
	body func() io.Reader
	size int64
	once bool
}

// do makes the call, again after failures that may pass, and gives a success to
// use. The response's body is closed after it.
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
		// The clock, the key or the pool may have changed under a token that
		// looked good. A fresh one is tried once.
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
	// API Gateway sends an opened message as base64 to whoever does not say that it
	// takes bytes ("Return binary media from a Lambda proxy integration").
	req.Header.Set("Accept", "*/*")
	req.Header.Set("Authorization", "Bearer "+token)
	return req, nil
}

// getJSON makes the call and decodes its answer into out.
func (c *Client) getJSON(ctx context.Context, k call, out any) error {
	return c.do(ctx, k, func(res *http.Response) error {
		err := json.NewDecoder(io.LimitReader(res.Body, maxJSON)).Decode(out)
		if err != nil {
			return unreachable(ctx, c.API, fmt.Errorf("reading the answer: %w", err))
		}
		return nil
	})
}
