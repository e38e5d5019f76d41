package gateway

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/getkin/kin-openapi/openapi3"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/rest"
)

// NewRequestID returns a request's id for its answer and logs.
func NewRequestID() string { return events.NewID(time.Now()) }

// requestIDHeader has the request's id in every answer.
const requestIDHeader = "X-Request-Id"

func (g *Gateway) serve(w http.ResponseWriter, r *http.Request, op operation) {
	id := NewRequestID()
	request, err := g.admit(r, op, id)
	if err != nil {
		g.config.Log.InfoContext(r.Context(), "request refused", "requestId", id, "route", r.Method+" "+op.resource, "status", err.Status, "error", err)
		refuse(w, r, id, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	defer cancel()
	response, failure := g.invoke(rest.WithPlainBodies(ctx), op, request)
	if failure != nil {
		g.config.Log.ErrorContext(ctx, "function failed", "requestId", id, "route", r.Method+" "+op.resource, "error", failure)
		WriteProblem(w, id, &rest.Error{Status: http.StatusBadGateway, Name: "internal", Title: "Something failed on our side"})
		return
	}
	g.write(ctx, w, id, response)
}

// admit checks what API Gateway checks, and the caller first, so that no body of an unknown caller is read
// into memory.
func (g *Gateway) admit(r *http.Request, op operation, id string) (lambdaevents.APIGatewayProxyRequest, *rest.Error) {
	var request lambdaevents.APIGatewayProxyRequest
	claims, err := g.claims(r)
	if err != nil {
		return request, err
	}
	query, parseErr := url.ParseQuery(r.URL.RawQuery)
	if parseErr != nil {
		return request, rest.BadRequest("bad-parameter", "The query cannot be read", "The part of the URL after ? is malformed.")
	}
	if err := present(r, query, op.required); err != nil {
		return request, err
	}
	body, err := readBody(r)
	if err != nil {
		return request, err
	}
	return proxyRequest(r, op, id, claims, query, body), nil
}

func (g *Gateway) claims(r *http.Request) (map[string]any, *rest.Error) {
	// API Gateway also accepts a token without a scheme.
	token := strings.TrimSpace(r.Header.Get("Authorization"))
	if scheme, rest, found := strings.Cut(token, " "); found && strings.EqualFold(scheme, "Bearer") {
		token = strings.TrimSpace(rest)
	}
	if token == "" || strings.Contains(token, " ") {
		return nil, rest.Unauthorized("Send an ID token: Authorization: Bearer TOKEN.")
	}
	claims, err := g.config.Verify(r.Context(), token)
	if failure, ok := errors.AsType[*rest.Error](err); ok {
		return nil, failure
	}
	if err != nil {
		// The cause is only logged, so that forgers learn nothing.
		e := rest.Unauthorized("The token is not valid or has expired. Sign in again.")
		e.Cause = err
		return nil, e
	}
	return claims, nil
}

func present(r *http.Request, query url.Values, params []*openapi3.Parameter) *rest.Error {
	for _, p := range params {
		value := query.Get(p.Name)
		if p.In == openapi3.ParameterInHeader {
			value = r.Header.Get(p.Name)
		}
		if value == "" {
			return rest.BadRequest("missing-parameter", "A parameter is missing", fmt.Sprintf("%q (in %s) is required.", p.Name, p.In))
		}
	}
	return nil
}

func readBody(r *http.Request) ([]byte, *rest.Error) {
	if r.ContentLength > rest.MaxBody {
		return nil, rest.TooLarge()
	}
	// MaxBytesReader would close the connection of a body that is too large.
	body, err := io.ReadAll(io.LimitReader(r.Body, rest.MaxBody+1))
	if err != nil {
		e := rest.BadRequest("bad-body", "The body cannot be read", "The request ended before its body did.")
		e.Cause = err
		return nil, e
	}
	if len(body) > rest.MaxBody {
		return nil, rest.TooLarge()
	}
	return body, nil
}

// proxyRequest converts the request as API Gateway's proxy integration does for a REST API with the binary
// media type */*. The body is not base64, though: the event never becomes JSON in this process, so its body
// can be any bytes.
func proxyRequest(r *http.Request, op operation, id string, claims map[string]any, query url.Values, body []byte) lambdaevents.APIGatewayProxyRequest {
	request := lambdaevents.APIGatewayProxyRequest{
		Resource: op.resource, Path: r.URL.Path, HTTPMethod: r.Method,
		Headers: lastValues(r.Header), MultiValueHeaders: r.Header,
		QueryStringParameters: lastValues(query), MultiValueQueryStringParameters: query,
		PathParameters: map[string]string{}, Body: string(body),
		RequestContext: lambdaevents.APIGatewayProxyRequestContext{
			RequestID: id, ResourcePath: op.resource, HTTPMethod: r.Method, Path: r.URL.Path,
			Authorizer: map[string]any{"claims": asStrings(claims)},
		},
	}
	if strings.Contains(op.resource, "{id}") {
		request.PathParameters["id"] = r.PathValue("id")
	}
	return request
}

func lastValues(values map[string][]string) map[string]string {
	out := make(map[string]string, len(values))
	for k, vs := range values {
		if len(vs) > 0 {
			out[k] = vs[len(vs)-1]
		}
	}
	return out
}

// asStrings converts claims as API Gateway's Cognito authorizer does: every value is a string.
func asStrings(claims map[string]any) map[string]any {
	out := make(map[string]any, len(claims))
	for k, v := range claims {
		if s, ok := v.(string); ok {
			out[k] = s
		} else {
			out[k] = fmt.Sprint(v)
		}
	}
	return out
}

// invoke turns a panic into a failure, as the Lambda runtime does.
func (g *Gateway) invoke(ctx context.Context, op operation, request lambdaevents.APIGatewayProxyRequest) (response lambdaevents.APIGatewayProxyResponse, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return op.function(ctx, request)
}

func (g *Gateway) write(ctx context.Context, w http.ResponseWriter, id string, response lambdaevents.APIGatewayProxyResponse) {
	body := []byte(response.Body)
	if response.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(response.Body)
		if err != nil {
			g.config.Log.ErrorContext(ctx, "function answered with bad base64", "requestId", id, "error", err)
			WriteProblem(w, id, &rest.Error{Status: http.StatusBadGateway, Name: "internal", Title: "Something failed on our side"})
			return
		}
		body = decoded
	}
	for k, v := range response.Headers {
		w.Header().Set(k, v)
	}
	w.Header().Set(requestIDHeader, id)
	w.WriteHeader(response.StatusCode)
	if _, err := w.Write(body); err != nil {
		g.config.Log.DebugContext(ctx, "caller left before the answer", "requestId", id, "error", err)
	}
}
