package awsconfig_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/sealpost/sealpost/adapters/aws/awsconfig"
)

// kept is an HTTP client that keeps the request that it was given.
type kept struct{ request *http.Request }

func (k *kept) Do(req *http.Request) (*http.Response, error) {
	k.request = req
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{}`)), Request: req}, nil
}

// net/http may read a request's body after it has returned the answer: it is to
// find the body, whole, and not one that the SDK has closed.
func TestABodyCanBeReadAfterTheAnswer(t *testing.T) {
	t.Parallel()
	cfg := aws.Config{Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("AKIATEST", "secret", "")}
	call := func(cfg aws.Config, k *kept) (string, error) {
		_, err := sqs.NewFromConfig(cfg).PurgeQueue(t.Context(), &sqs.PurgeQueueInput{QueueUrl: aws.String("a-queue")})
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(k.request.Body)
		return string(raw), err
	}
	k := &kept{}
	cfg.HTTPClient = k
	if body, err := call(cfg, k); err == nil && body != "" {
		t.Error("the SDK leaves bodies open now: KeepAnswers is not needed any more")
	}
	body, err := call(awsconfig.KeepAnswers(cfg), k)
	if err != nil || !strings.Contains(body, "a-queue") || k.request.ContentLength != int64(len(body)) {
		t.Errorf("read %q of %d, %v", body, k.request.ContentLength, err)
	}
}
