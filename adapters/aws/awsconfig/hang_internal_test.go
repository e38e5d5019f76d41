package awsconfig

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/kms"
)

// TestAServiceThatHangsIsAskedAgain: a call whose answer does not begin gives way to
// the next attempt, and so many and no more.
func TestAServiceThatHangsIsAskedAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		hangs, calls int32
		answered     bool
	}{
		"once":     {1, 2, true},
		"for good": {1000, maxAttempts, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int32
			done := make(chan struct{})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if calls.Add(1) <= c.hangs {
					<-done
					return
				}
				w.Header().Set("Content-Type", "application/x-amz-json-1.1")
				_, _ = w.Write([]byte(`{"KeyMetadata":{"KeyId":"key-1"}}`))
			}))
			t.Cleanup(server.Close)
			t.Cleanup(func() { close(done) }) // first, or the server waits for those that hang
			client := kms.NewFromConfig(aws.Config{
				Region: "us-east-1", BaseEndpoint: aws.String(server.URL), Retryer: Retryer,
				Credentials: credentials.NewStaticCredentialsProvider("AKIA", "secret", ""),
				HTTPClient:  impatient(maxConnect, 50*time.Millisecond),
			})
			_, err := client.DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: aws.String("key-1")})
			if (err == nil) != c.answered {
				t.Errorf("error %v, answered %v expected", err, c.answered)
			}
			if n := calls.Load(); n != c.calls {
				t.Errorf("%d calls, want %d", n, c.calls)
			}
		})
	}
}

// TestAttemptsFitIntoAFunctionsTime: the last failure must be answered by the function
// and not by the end of its time (28 seconds for the API, terraform/functions.json).
func TestAttemptsFitIntoAFunctionsTime(t *testing.T) {
	t.Parallel()
	const api = 28 * time.Second
	if most := maxAttempts*(maxSilence) + (maxAttempts-1)*maxBackoff; most >= api {
		t.Errorf("attempts may take %v", most)
	}
}
