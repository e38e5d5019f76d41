package gateway_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
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
	if r.Resource != "/messages" || r.HTTPMethod != http.MethodPost || r.IsBase64Encoded || r.Body != "\x00raw" ||
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
	bare := func(token string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", token) }
	}
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
		"a trailing slash":    {"GET", "/messages/", "good", nil, nil, 404, "no-such-route"},
		"the same, of an id":  {"GET", "/messages/some-id/", "good", nil, nil, 404, "no-such-route"},
		"below a path":        {"POST", "/messages/some-id/read/more", "good", nil, nil, 404, "no-such-route"},
		"below another":       {"DELETE", "/users/me/key", "good", nil, nil, 404, "no-such-route"},
		"a bare bad token":    {"GET", "/users", "", nil, bare("bad"), 401, "unauthorized"},
		"two tokens":          {"GET", "/users", "", nil, bare("good good"), 401, "unauthorized"},
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

func TestABareTokenIsTaken(t *testing.T) {
	t.Parallel()
	s := server(t, ok)
	for _, value := range []string{"good", "Bearer good", "bearer  good", " good "} {
		res, body := send(t, http.MethodGet, s.URL+"/users", "", nil, func(r *http.Request) { r.Header.Set("Authorization", value) })
		if res.StatusCode != http.StatusOK {
			t.Errorf("%q: answered %d %s", value, res.StatusCode, body)
		}
	}
}

func TestHeadIsGetWithoutABody(t *testing.T) {
	t.Parallel()
	s := server(t, ok)
	res, body := send(t, http.MethodHead, s.URL+"/users", "good", nil)
	if res.StatusCode != http.StatusOK || len(body) != 0 || res.ContentLength != int64(len("{}")) {
		t.Errorf("answered %d %q, length %d", res.StatusCode, body, res.ContentLength)
	}
	res, _ = send(t, http.MethodPut, s.URL+"/messages", "good", nil)
	if got := res.Header.Get("Allow"); got != "GET, HEAD, POST" {
		t.Errorf("Allow: %s", got)
	}
	res, _ = send(t, http.MethodHead, s.URL+"/messages/some-id/read", "good", nil)
	if res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("HEAD without GET: %d", res.StatusCode)
	}
}

// Like Python's http.client, the client writes its whole body before it reads. Socket
// buffers do not hold it, so it gets through only if the server reads it.
func TestARefusedBodyIsReadBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	s := server(t, ok)
	for name, c := range map[string]struct {
		target, token string
		size, status  int
	}{
		"no token":       {"/messages?to=bob", "", 12 << 20, 401},
		"too large":      {"/messages?to=bob", "good", 12 << 20, 413},
		"no recipient":   {"/messages", "good", 4 << 20, 400},
		"a wrong method": {"/users", "good", 4 << 20, 405},
		"no such path":   {"/nothing/here", "good", 4 << 20, 404},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Length: %d\r\n\r\n", c.target, c.token, c.size)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := conn.Write(make([]byte, c.size)); err != nil {
				t.Fatalf("writing the body: %v", err)
			}
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if res.StatusCode != c.status || res.Header.Get("Content-Type") != rest.ProblemContentType {
				t.Errorf("answered %d %v", res.StatusCode, res.Header)
			}
		})
	}
}

// A client that asks first is answered at once, and sends nothing.
func TestARefusedClientThatAsksFirstSendsNothing(t *testing.T) {
	t.Parallel()
	s := server(t, ok)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := fmt.Fprint(conn, "POST /messages?to=bob HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("answered %d", res.StatusCode)
	}
}
