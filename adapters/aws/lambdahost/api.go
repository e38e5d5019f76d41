package lambdahost

import (
	"context"
	"log/slog"
	"net/http"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/sealpost/sealpost/internal/rest"
)

// API hosts a function behind API Gateway.
func API(h *Host, f rest.Function) lambda.Handler {
	return lambda.NewHandler(func(ctx context.Context, req lambdaevents.APIGatewayProxyRequest) (lambdaevents.APIGatewayProxyResponse, error) {
		r := rest.Request{APIGatewayProxyRequest: req}
		correlationID, traceparent := r.Correlation()
		attrs := []slog.Attr{slog.String("correlationId", correlationID)}
		if traceparent != "" {
			attrs = append(attrs, slog.String("traceparent", traceparent))
		}
		out, err := invocation(ctx, h, attrs,
			func(ctx context.Context) (lambdaevents.APIGatewayProxyResponse, error) { return f(ctx, req) },
			func(ctx context.Context, out lambdaevents.APIGatewayProxyResponse, err error) []slog.Attr {
				if err != nil {
					h.Log.ErrorContext(ctx, "request failed", "error", err)
					out.StatusCode = http.StatusInternalServerError
				}
				return []slog.Attr{slog.String("route", req.HTTPMethod+" "+req.Resource), slog.Int("status", out.StatusCode)}
			})
		if err != nil {
			out = panicked(correlationID)
		}
		return withCORS(req, out), nil
	})
}

// panicked is the answer after a panic. An error would become a 502 without a body.
func panicked(requestID string) lambdaevents.APIGatewayProxyResponse {
	e := rest.Error{
		Status: http.StatusInternalServerError, Name: "internal", Title: "Something failed on our side",
		Detail: "It has been logged under the request id. Trying again may help.",
	}
	body, header := e.Render(requestID)
	return lambdaevents.APIGatewayProxyResponse{StatusCode: e.Status, Headers: header, Body: string(body)}
}
