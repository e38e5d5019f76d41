package lambdahost

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/sealpost/sealpost/internal/rest"
)

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

func request() lambdaevents.APIGatewayProxyRequest {
	return lambdaevents.APIGatewayProxyRequest{
		HTTPMethod: http.MethodPost, Resource: "/messages", Body: "the secret body",
		Headers: map[string]string{"traceparent": traceparent, "Authorization": "Bearer secret-token"},
		RequestContext: lambdaevents.APIGatewayProxyRequestContext{
			RequestID:  "api-request-1",
			Authorizer: map[string]any{"claims": map[string]any{"token_use": "id", "sub": "ann", "cognito:username": "Ann"}},
		},
	}
}

func post(t *testing.T, endpoint rest.Endpoint) (lambdaevents.APIGatewayProxyResponse, *output) {
	t.Helper()
	h, out := newTestHost(t)
	res, err := invoke[lambdaevents.APIGatewayProxyResponse](t, API(h, rest.Handle(h.Log, endpoint)), request())
	if err != nil {
		t.Fatal(err)
	}
	if text := out.String(); strings.Contains(text, "secret") {
		t.Errorf("the log has a secret:\n%s", text)
	}
	return res, out
}

func TestACallIsLoggedAndMeasured(t *testing.T) {
	t.Parallel()
	res, out := post(t, func(context.Context, *rest.Request) (rest.Response, error) {
		return rest.Response{Status: http.StatusAccepted, Body: "ok"}, nil
	})
	if res.StatusCode != http.StatusAccepted {
		t.Errorf("status %d", res.StatusCode)
	}
	l := out.log(t, "invocation done")[0]
	if l["correlationId"] != "api-request-1" || l["lambdaRequestId"] != "lambda-request-1" || l["traceparent"] != traceparent ||
		l["route"] != "POST /messages" || l["status"] != float64(202) || l["durationMs"] == nil {
		t.Errorf("line %v", l)
	}
	m := out.metrics(t)
	if m["Duration"] == nil || m["Failures"] != nil {
		t.Errorf("metrics %v", m)
	}
}

func TestAFailureOfOursIsCounted(t *testing.T) {
	t.Parallel()
	res, out := post(t, func(context.Context, *rest.Request) (rest.Response, error) {
		return rest.Response{}, errors.New("no route to host")
	})
	if m := out.metrics(t); res.StatusCode != 500 || m["Failures"] != 1.0 || m["FailuresOther"] != 1.0 {
		t.Errorf("status %d, metrics %v", res.StatusCode, m)
	}
}

func TestAMistakeOfTheCallersIsNoFailure(t *testing.T) {
	t.Parallel()
	res, out := post(t, func(context.Context, *rest.Request) (rest.Response, error) {
		return rest.Response{}, rest.MessageNotFound()
	})
	if m := out.metrics(t); res.StatusCode != 404 || m["Failures"] != nil {
		t.Errorf("status %d, metrics %v", res.StatusCode, m)
	}
}

func TestAPanicIsAProblemDocument(t *testing.T) {
	t.Parallel()
	res, out := post(t, func(context.Context, *rest.Request) (rest.Response, error) { panic("boom") })
	if res.StatusCode != 500 || res.Headers["Content-Type"] != rest.ProblemContentType ||
		!strings.Contains(res.Body, `"requestId":"api-request-1"`) || strings.Contains(res.Body, "boom") {
		t.Errorf("answer %+v", res)
	}
	if m := out.metrics(t); m["FailuresPanic"] != 1.0 {
		t.Errorf("metrics %v", m)
	}
	if l := out.log(t, "request failed"); len(l) != 1 || !strings.Contains(fmt.Sprint(l[0]["error"]), "boom") {
		t.Errorf("log %v", l)
	}
}
