package gateway_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/adapters/embedded/gateway"
	"github.com/sealpost/sealpost/api"
	"github.com/sealpost/sealpost/internal/rest"
)

var names = []string{
	"producers/storemessage", "producers/readmessage", "producers/requesttopic", "queries/users", "queries/me", "queries/inbox", "queries/unread", "queries/message",
}

// server runs the gateway with one function behind every operation.
func server(t *testing.T, f rest.Function) *httptest.Server {
	t.Helper()
	functions := map[string]rest.Function{}
	for _, name := range names {
		functions[name] = f
	}
	g, err := gateway.New(gateway.Config{
		OpenAPI: api.OpenAPI, Functions: functions, Log: slog.New(slog.DiscardHandler),
		Verify: func(_ context.Context, token string) (map[string]any, error) {
			if token == "unchecked" {
				return nil, fmt.Errorf("verifying: %w", &rest.Error{Status: http.StatusServiceUnavailable, Name: "internal", Title: "The token cannot be checked"})
			}
			if token != "good" {
				return nil, errors.New("signed by nobody we know")
			}
			return map[string]any{"sub": "user-1", "email_verified": true, "exp": float64(1)}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	g.Register(mux)
	mux.HandleFunc("/", gateway.NotFound)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func send(t *testing.T, method, url, token string, body io.Reader, edit ...func(*http.Request)) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for _, f := range edit {
		f(r)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, out
}

func ok(context.Context, lambdaevents.APIGatewayProxyRequest) (lambdaevents.APIGatewayProxyResponse, error) {
	return lambdaevents.APIGatewayProxyResponse{StatusCode: http.StatusOK, Body: "{}"}, nil
}

// The functions see what API Gateway would show them.
func TestTheRequestIsThatOfTheProxyIntegration(t *testing.T) {
	t.Parallel()
	got := make(chan lambdaevents.APIGatewayProxyRequest, 1)
	s := server(t, func(_ context.Context, r lambdaevents.APIGatewayProxyRequest) (lambdaevents.APIGatewayProxyResponse, error) {
		got <- r
		return lambdaevents.APIGatewayProxyResponse{
			StatusCode: http.StatusAccepted, Headers: map[string]string{"Location": "/x"},
			Body: base64.StdEncoding.EncodeToString([]byte{0, 255}), IsBase64Encoded: true,
		}, nil
	})
	res, body := send(t, http.MethodPost, s.URL+"/messages?to=b&to=bob&x=%C3%A4", "good", strings.NewReader("\x00raw"),
		func(r *http.Request) { r.Header.Set("Idempotency-Key", "k") })
	if res.StatusCode != http.StatusAccepted || string(body) != "\x00\xff" || res.Header.Get("Location") != "/x" {
		t.Errorf("answered %d %q %v", res.StatusCode, body, res.Header)
	}
	r := <-got
	if id := res.Header.Get("X-Request-Id"); id == "" || id != r.RequestContext.RequestID {
		t.Errorf("request id %q, the function saw %q", id, r.RequestContext.RequestID)
	}
	wantClaims := map[string]any{"sub": "user-1", "email_verified": "true", "exp": "1"}
	if diff := cmp.Diff(wantClaims, r.RequestContext.Authorizer["claims"]); diff != "" {
		t.Errorf("claims are strings on AWS\n%s", diff)
	}
	if r.Resource != "/messages" || r.HTTPMethod != http.MethodPost || !r.IsBase64Encoded || r.Body != "AHJhdw==" ||
		r.QueryStringParameters["to"] != "bob" || len(r.MultiValueQueryStringParameters["to"]) != 2 ||
		r.QueryStringParameters["x"] != "ä" || r.Headers["Idempotency-Key"] != "k" {
		t.Errorf("the function saw %+v", r)
	}
	_, _ = send(t, http.MethodGet, s.URL+"/messages/some-id", "good", nil)
	if r := <-got; r.PathParameters["id"] != "some-id" || r.Resource != "/messages/{id}" || r.IsBase64Encoded {
		t.Errorf("the function saw %+v", r)
	}
}

func TestWhatIsRefusedAtTheDoor(t *testing.T) {
	t.Parallel()
	s := server(t, func(context.Context, lambdaevents.APIGatewayProxyRequest) (lambdaevents.APIGatewayProxyResponse, error) {
		t.Error("the function was called")
		return lambdaevents.APIGatewayProxyResponse{}, nil
	})
	basic := func(r *http.Request) { r.Header.Set("Authorization", "Basic good") }
	chunked := func(r *http.Request) { r.ContentLength = -1 }
	big := func() io.Reader { return strings.NewReader(strings.Repeat("x", rest.MaxBody+1)) }
	for name, c := range map[string]struct {
		method, path, token string
		body                io.Reader
		edit                func(*http.Request)
		status              int
		problem             string
	}{
		"no token":            {"GET", "/users", "", nil, nil, 401, "unauthorized"},
		"a bad token":         {"GET", "/users", "bad", nil, nil, 401, "unauthorized"},
		"another scheme":      {"GET", "/users", "", nil, basic, 401, "unauthorized"},
		"a missing parameter": {"POST", "/messages", "good", nil, nil, 400, "missing-parameter"},
		"a malformed query":   {"GET", "/users?limit=%zz", "good", nil, nil, 400, "bad-parameter"},
		"a body too large":    {"POST", "/messages?to=bob", "good", big(), nil, 413, "too-large"},
		"the same, chunked":   {"POST", "/messages?to=bob", "good", big(), chunked, 413, "too-large"},
		"a wrong method":      {"DELETE", "/messages", "good", nil, nil, 405, "method-not-allowed"},
		"no such path":        {"GET", "/nothing", "good", nil, nil, 404, "no-such-route"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var edits []func(*http.Request)
			if c.edit != nil {
				edits = append(edits, c.edit)
			}
			res, body := send(t, c.method, s.URL+c.path, c.token, c.body, edits...)
			var p rest.Problem
			if err := json.Unmarshal(body, &p); err != nil {
				t.Fatalf("%q: %v", body, err)
			}
			if res.StatusCode != c.status || p.Type != rest.ProblemPrefix+c.problem || p.RequestID == "" ||
				res.Header.Get("Content-Type") != rest.ProblemContentType {
				t.Errorf("answered %d %s %v", res.StatusCode, body, res.Header)
			}
			if strings.Contains(string(body), "nobody we know") {
				t.Error("the caller sees why the token was refused")
			}
		})
	}
}

func TestAFunctionThatFailsIsOurFault(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]rest.Function{
		"an error": func(context.Context, lambdaevents.APIGatewayProxyRequest) (lambdaevents.APIGatewayProxyResponse, error) {
			return lambdaevents.APIGatewayProxyResponse{}, errors.New("a secret")
		},
		"a panic": func(context.Context, lambdaevents.APIGatewayProxyRequest) (lambdaevents.APIGatewayProxyResponse, error) {
			panic("a secret")
		},
		"bad base64": func(context.Context, lambdaevents.APIGatewayProxyRequest) (lambdaevents.APIGatewayProxyResponse, error) {
			return lambdaevents.APIGatewayProxyResponse{StatusCode: 200, Body: "*", IsBase64Encoded: true}, nil
		},
	} {
		res, body := send(t, http.MethodGet, server(t, f).URL+"/users", "good", nil)
		if res.StatusCode != http.StatusBadGateway || strings.Contains(string(body), "secret") {
			t.Errorf("%s: answered %d %s", name, res.StatusCode, body)
		}
	}
}

func TestEveryOperationNeedsItsFunction(t *testing.T) {
	t.Parallel()
	if _, err := gateway.New(gateway.Config{OpenAPI: api.OpenAPI, Functions: map[string]rest.Function{"queries/users": ok}}); err == nil {
		t.Error("a contract with missing functions was accepted")
	}
	if _, err := gateway.New(gateway.Config{OpenAPI: []byte("not: [a contract")}); err == nil {
		t.Error("a broken contract was accepted")
	}
}

func TestATokenThatCannotBeCheckedIsNotRefused(t *testing.T) {
	t.Parallel()
	s := server(t, func(context.Context, lambdaevents.APIGatewayProxyRequest) (lambdaevents.APIGatewayProxyResponse, error) {
		t.Error("the function was called")
		return lambdaevents.APIGatewayProxyResponse{}, nil
	})
	res, body := send(t, http.MethodGet, s.URL+"/users/me", "unchecked", nil)
	if res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(body), "urn:sealpost:problem:internal") {
		t.Errorf("answered %d %s", res.StatusCode, body)
	}
}
