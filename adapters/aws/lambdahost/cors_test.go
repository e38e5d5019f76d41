package lambdahost

import (
	"net/http"
	"os"
	"regexp"
	"testing"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
)

func TestCORSNamesTheOriginOfTheStage(t *testing.T) {
	t.Parallel()
	req := lambdaevents.APIGatewayProxyRequest{
		StageVariables: map[string]string{"webOrigin": "https://post.example.org"},
		Headers:        map[string]string{"Origin": "https://evil.example"},
	}
	given := lambdaevents.APIGatewayProxyResponse{StatusCode: http.StatusOK, Headers: map[string]string{"Content-Type": "text/plain"}}
	got := withCORS(req, given)
	want := map[string]string{
		"Content-Type":                  "text/plain",
		"Access-Control-Allow-Origin":   "https://post.example.org",
		"Access-Control-Expose-Headers": "Content-Disposition, Location, Retry-After, X-Amzn-Requestid",
		"Vary":                          "Origin",
	}
	if diff := cmp.Diff(want, got.Headers); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	if len(given.Headers) != 1 {
		t.Errorf("the handler's own headers were changed: %v", given.Headers)
	}
}

// TestTheGatewaySaysTheSameOfItsOwnAnswers: what API Gateway answers itself has the
// headers of the functions' answers, written down in another language.
func TestTheGatewaySaysTheSameOfItsOwnAnswers(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../terraform/modules/api/gateway-responses.tf")
	if err != nil {
		t.Fatal(err)
	}
	req := lambdaevents.APIGatewayProxyRequest{StageVariables: map[string]string{"webOrigin": "${var.web_origin}"}}
	for name, value := range withCORS(req, lambdaevents.APIGatewayProxyResponse{}).Headers {
		pattern := `"` + regexp.QuoteMeta(name) + `"\s+= "'` + regexp.QuoteMeta(value) + `'"`
		if !regexp.MustCompile(pattern).Match(text) {
			t.Errorf("gateway-responses.tf has nothing like %s", pattern)
		}
	}
}

func TestCORSOnAnAnswerWithoutHeaders(t *testing.T) {
	t.Parallel()
	req := lambdaevents.APIGatewayProxyRequest{StageVariables: map[string]string{"webOrigin": "https://post.example.org"}}
	if got := withCORS(req, lambdaevents.APIGatewayProxyResponse{}).Headers["Access-Control-Allow-Origin"]; got != "https://post.example.org" {
		t.Errorf("origin is %q", got)
	}
}

func TestNoCORSWithoutAnOrigin(t *testing.T) {
	t.Parallel()
	got := withCORS(lambdaevents.APIGatewayProxyRequest{Headers: map[string]string{"Origin": "https://evil.example"}}, lambdaevents.APIGatewayProxyResponse{})
	if len(got.Headers) != 0 {
		t.Errorf("headers are %v, want none", got.Headers)
	}
}
