package rest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/sealpost/sealpost/ports"
)

// Response is a successful response.
type Response struct {
	Status int
	Header map[string]string
	// Body is sent as JSON, unless Raw is set.
	Body any
	// Raw is sent unchanged. Header must then have its Content-Type.
	Raw []byte
}

// Endpoint handles one route. An error other than [*Error] becomes a 500, and its cause
// is logged.
type Endpoint func(ctx context.Context, r *Request) (Response, error)

// Function is a Lambda function behind API Gateway's proxy integration.
type Function func(ctx context.Context, req lambdaevents.APIGatewayProxyRequest) (lambdaevents.APIGatewayProxyResponse, error)

// Handle turns an endpoint into a function. The function never returns an error,
// because API Gateway would answer 502 without a body. Callers get a problem document
// instead.
func Handle(log *slog.Logger, endpoint Endpoint) Function {
	return func(ctx context.Context, req lambdaevents.APIGatewayProxyRequest) (lambdaevents.APIGatewayProxyResponse, error) {
		res, err := answer(ctx, req, endpoint)
		if err != nil {
			return fail(ctx, log, req, err), nil
		}
		out, err := render(ctx, res)
		if err != nil {
			return fail(ctx, log, req, err), nil
		}
		return out, nil
	}
}

func answer(ctx context.Context, req lambdaevents.APIGatewayProxyRequest, endpoint Endpoint) (Response, error) {
	c, err := caller(req)
	if err != nil {
		return Response{}, err
	}
	return endpoint(ctx, &Request{APIGatewayProxyRequest: req, Caller: c})
}

type plainBodiesKey struct{}

// WithPlainBodies makes functions return bodies as plain bytes, never as base64. It is
// for a gateway in the same process. On AWS the response becomes JSON, which cannot
// hold every byte.
func WithPlainBodies(ctx context.Context) context.Context {
	return context.WithValue(ctx, plainBodiesKey{}, true)
}

func render(ctx context.Context, res Response) (lambdaevents.APIGatewayProxyResponse, error) {
	out := lambdaevents.APIGatewayProxyResponse{
		StatusCode: res.Status,
		Headers:    map[string]string{"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
	}
	maps.Copy(out.Headers, res.Header)
	if res.Raw != nil || res.Body == nil {
		if ctx.Value(plainBodiesKey{}) != nil {
			out.Body = string(res.Raw)
			return out, nil
		}
		out.Body, out.IsBase64Encoded = base64.StdEncoding.EncodeToString(res.Raw), true
		return out, nil
	}
	body, err := json.Marshal(res.Body)
	if err != nil {
		return out, fmt.Errorf("encoding the answer: %w", err)
	}
	out.Headers["Content-Type"] = "application/json"
	out.Body = string(body)
	return out, nil
}

func fail(ctx context.Context, log *slog.Logger, req lambdaevents.APIGatewayProxyRequest, err error) lambdaevents.APIGatewayProxyResponse {
	e := asError(err)
	requestID := req.RequestContext.RequestID
	level := slog.LevelInfo
	if e.Status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	log.Log(ctx, level, "request failed", "requestId", requestID, "route", req.HTTPMethod+" "+req.Resource,
		"status", e.Status, "problem", e.Name, "error", err)
	body, header := e.Render(requestID)
	return lambdaevents.APIGatewayProxyResponse{StatusCode: e.Status, Headers: header, Body: string(body)}
}

func asError(err error) *Error {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, ports.ErrBadCursor):
		return badCursor(err)
	case errors.Is(err, ports.ErrNoSpace):
		return &Error{
			Status: http.StatusInsufficientStorage, Name: "no-space", Title: "The server has no space left",
			Detail: "Nothing was stored. Its operator has to make room.", Cause: err,
		}
	default:
		return internal(err)
	}
}
