package rest_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/internal/rest"
	"github.com/sealpost/sealpost/ports"
)

var discard = slog.New(slog.DiscardHandler)

func authorized(req lambdaevents.APIGatewayProxyRequest) lambdaevents.APIGatewayProxyRequest {
	req.RequestContext.RequestID = "request-1"
	req.RequestContext.Authorizer = map[string]any{"claims": map[string]any{
		"token_use": "id", "sub": "user-1", "cognito:username": "alice",
	}}
	return req
}

func call(t *testing.T, req lambdaevents.APIGatewayProxyRequest, e rest.Endpoint) lambdaevents.APIGatewayProxyResponse {
	t.Helper()
	res, err := rest.Handle(discard, e)(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func problem(t *testing.T, res lambdaevents.APIGatewayProxyResponse) rest.Problem {
	t.Helper()
	var p rest.Problem
	if err := json.Unmarshal([]byte(res.Body), &p); err != nil {
		t.Fatalf("%q: %v", res.Body, err)
	}
	if res.Headers["Content-Type"] != rest.ProblemContentType || p.Status != res.StatusCode {
		t.Errorf("answered %+v", res)
	}
	return p
}

func TestTheCallerIsKnownByClaimsAlone(t *testing.T) {
	t.Parallel()
	req := authorized(lambdaevents.APIGatewayProxyRequest{Headers: map[string]string{"authorization": "bearer the.id.token"}})
	res := call(t, req, func(_ context.Context, r *rest.Request) (rest.Response, error) {
		want := ports.Caller{UserID: "user-1", Username: "alice", IDToken: "the.id.token"}
		if diff := cmp.Diff(want, r.Caller); diff != "" {
			t.Error(diff)
		}
		return rest.Response{Status: http.StatusNoContent}, nil
	})
	if res.StatusCode != http.StatusNoContent {
		t.Errorf("answered %+v", res)
	}
}

func TestWhoIsNotKnownIsRefused(t *testing.T) {
	t.Parallel()
	for name, authorizer := range map[string]map[string]any{
		"no authorizer":   nil,
		"no claims":       {"claims": "nonsense"},
		"an access token": {"claims": map[string]any{"token_use": "access", "sub": "u", "cognito:username": "n"}},
		"no subject":      {"claims": map[string]any{"token_use": "id", "cognito:username": "n"}},
		"no username":     {"claims": map[string]any{"token_use": "id", "sub": "u"}},
		"a number":        {"claims": map[string]any{"token_use": "id", "sub": 7, "cognito:username": "n"}},
	} {
		var req lambdaevents.APIGatewayProxyRequest
		req.RequestContext.Authorizer = authorizer
		res := call(t, req, func(context.Context, *rest.Request) (rest.Response, error) {
			t.Errorf("%s: let in", name)
			return rest.Response{}, nil
		})
		if p := problem(t, res); p.Status != http.StatusUnauthorized || res.Headers["WWW-Authenticate"] == "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestCausesStayInTheLog(t *testing.T) {
	t.Parallel()
	cause := errors.New("dial tcp 10.0.0.7: table users-prod is on fire")
	for name, err := range map[string]error{
		"a failure of ours": fmt.Errorf("looking up: %w", cause),
		"a problem":         &rest.Error{Status: 409, Name: "n", Title: "t", Detail: "d", RetryAfter: 3, Cause: cause},
	} {
		res := call(t, authorized(lambdaevents.APIGatewayProxyRequest{}), func(context.Context, *rest.Request) (rest.Response, error) {
			return rest.Response{}, err
		})
		if strings.Contains(res.Body, "fire") {
			t.Errorf("%s: the caller sees %s", name, res.Body)
		}
		if p := problem(t, res); p.RequestID != "request-1" {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestKnownErrorsBecomeTheirProblems(t *testing.T) {
	t.Parallel()
	res := call(t, authorized(lambdaevents.APIGatewayProxyRequest{}), func(context.Context, *rest.Request) (rest.Response, error) {
		return rest.Response{}, fmt.Errorf("listing: %w", ports.ErrBadCursor)
	})
	if p := problem(t, res); p.Type != rest.ProblemPrefix+"bad-cursor" || p.Status != http.StatusBadRequest {
		t.Errorf("%+v", p)
	}
	res = call(t, authorized(lambdaevents.APIGatewayProxyRequest{}), func(context.Context, *rest.Request) (rest.Response, error) {
		return rest.Response{}, fmt.Errorf("storing: %w", ports.ErrNoSpace)
	})
	if p := problem(t, res); p.Type != rest.ProblemPrefix+"no-space" || p.Status != http.StatusInsufficientStorage {
		t.Errorf("%+v", p)
	}
	res = call(t, authorized(lambdaevents.APIGatewayProxyRequest{}), func(context.Context, *rest.Request) (rest.Response, error) {
		return rest.Response{Status: 200, Body: func() {}}, nil // nothing that JSON could hold
	})
	if p := problem(t, res); p.Status != http.StatusInternalServerError {
		t.Errorf("%+v", p)
	}
}

func request(req lambdaevents.APIGatewayProxyRequest) *rest.Request {
	return &rest.Request{APIGatewayProxyRequest: req}
}

func status(err error) int {
	var e *rest.Error
	if errors.As(err, &e) {
		return e.Status
	}
	return 0
}

func TestBodies(t *testing.T) {
	t.Parallel()
	encode := func(n int) string { return base64.StdEncoding.EncodeToString(make([]byte, n)) }
	for name, c := range map[string]struct {
		req  lambdaevents.APIGatewayProxyRequest
		size int
		want int
	}{
		"none":             {lambdaevents.APIGatewayProxyRequest{}, 0, 0},
		"text":             {lambdaevents.APIGatewayProxyRequest{Body: "hé"}, 3, 0},
		"base64":           {lambdaevents.APIGatewayProxyRequest{Body: encode(5), IsBase64Encoded: true}, 5, 0},
		"the largest":      {lambdaevents.APIGatewayProxyRequest{Body: encode(rest.MaxBody), IsBase64Encoded: true}, rest.MaxBody, 0},
		"one byte too big": {lambdaevents.APIGatewayProxyRequest{Body: encode(rest.MaxBody + 1), IsBase64Encoded: true}, 0, 413},
		"far too big":      {lambdaevents.APIGatewayProxyRequest{Body: encode(rest.MaxBody + 100), IsBase64Encoded: true}, 0, 413},
		"text too big":     {lambdaevents.APIGatewayProxyRequest{Body: strings.Repeat("x", rest.MaxBody+1)}, 0, 413},
		"bad base64":       {lambdaevents.APIGatewayProxyRequest{Body: "*", IsBase64Encoded: true}, 0, 400},
	} {
		body, err := request(c.req).Bytes()
		if status(err) != c.want || (err == nil && len(body) != c.size) {
			t.Errorf("%s: %d bytes, %v", name, len(body), err)
		}
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	query := func(pairs ...string) lambdaevents.APIGatewayProxyRequest {
		q := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			q[pairs[i]] = pairs[i+1]
		}
		return lambdaevents.APIGatewayProxyRequest{QueryStringParameters: q}
	}
	for name, c := range map[string]struct {
		req  lambdaevents.APIGatewayProxyRequest
		want ports.PageRequest
		bad  bool
	}{
		"nothing asked": {query(), ports.PageRequest{Limit: 50}, false},
		"both":          {query("limit", "100", "cursor", "c"), ports.PageRequest{Limit: 100, Cursor: "c"}, false},
		"zero":          {query("limit", "0"), ports.PageRequest{}, true},
		"too many":      {query("limit", "101"), ports.PageRequest{}, true},
		"absurd":        {query("limit", "99999999999999999999"), ports.PageRequest{}, true},
		"no number":     {query("limit", "ten"), ports.PageRequest{}, true},
		"empty limit":   {query("limit", ""), ports.PageRequest{}, true},
		"empty cursor":  {query("cursor", ""), ports.PageRequest{}, true},
		"long cursor":   {query("cursor", strings.Repeat("x", 1025)), ports.PageRequest{}, true},
		"two limits": {lambdaevents.APIGatewayProxyRequest{
			QueryStringParameters:           map[string]string{"limit": "2"},
			MultiValueQueryStringParameters: map[string][]string{"limit": {"1", "2"}},
		}, ports.PageRequest{}, true},
	} {
		got, err := request(c.req).Page()
		if c.bad != (status(err) == http.StatusBadRequest) {
			t.Errorf("%s: %v", name, err)
		}
		if !c.bad && got != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestHeadersComeOnce(t *testing.T) {
	t.Parallel()
	r := request(lambdaevents.APIGatewayProxyRequest{MultiValueHeaders: map[string][]string{"idempotency-KEY": {" k "}, "Twice": {"a", "b"}}})
	if v, err := r.Header("Idempotency-Key"); v != "k" || err != nil {
		t.Errorf("%q, %v", v, err)
	}
	if _, err := r.Header("twice"); status(err) != http.StatusBadRequest {
		t.Errorf("twice: %v", err)
	}
	if v, err := r.Header("absent"); v != "" || err != nil {
		t.Errorf("absent: %q, %v", v, err)
	}
}

func TestOnlyAWellFormedTraceIsCarried(t *testing.T) {
	t.Parallel()
	good := "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	for sent, want := range map[string]string{good: good, "evil\nheader": "", "": ""} {
		req := lambdaevents.APIGatewayProxyRequest{Headers: map[string]string{"Traceparent": sent}}
		req.RequestContext.RequestID = "id"
		if id, trace := request(req).Correlation(); id != "id" || trace != want {
			t.Errorf("%q: %q, %q", sent, id, trace)
		}
	}
}

func TestWhatCannotBeAnIDIsNobodysMessage(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", "x", "../../etc/passwd", "01JDEM9Z2TN4C8R0PVXGQ5D7A", "01jdem9z2tn4c8r0pvxgq5d7aw\x00"} {
		if _, err := request(lambdaevents.APIGatewayProxyRequest{PathParameters: map[string]string{"id": id}}).MessageID(); status(err) != http.StatusNotFound {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// ULIDs are read in either case; what a link or a person made of one is its id still.
func TestAnIDInLowerCaseIsTheSame(t *testing.T) {
	t.Parallel()
	const id = "01JDEM9Z2R0000000000000000"
	req := authorized(lambdaevents.APIGatewayProxyRequest{PathParameters: map[string]string{"id": strings.ToLower(id)}})
	res := call(t, req, func(_ context.Context, r *rest.Request) (rest.Response, error) {
		got, err := r.MessageID()
		if got != id {
			t.Errorf("id %q", got)
		}
		return rest.Response{Status: http.StatusNoContent}, err
	})
	if res.StatusCode != http.StatusNoContent {
		t.Errorf("answered %+v", res)
	}
}

// In one process a body is passed on as it is.
func TestPlainBodies(t *testing.T) {
	t.Parallel()
	f := rest.Handle(discard, func(context.Context, *rest.Request) (rest.Response, error) {
		return rest.Response{Status: http.StatusOK, Raw: []byte{0, 255}}, nil
	})
	for base64, ctx := range map[bool]context.Context{false: rest.WithPlainBodies(t.Context()), true: t.Context()} {
		res, err := f(ctx, authorized(lambdaevents.APIGatewayProxyRequest{}))
		if err != nil || res.IsBase64Encoded != base64 || (res.Body == "\x00\xff") == base64 {
			t.Errorf("answered %+v, %v", res, err)
		}
	}
}
