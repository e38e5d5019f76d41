// Package awsconfig makes the configuration that every AWS adapter's client is
// made from, with one retry policy for all of them.
package awsconfig

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
)

// Retries are bounded so that what calls us learns of a failure while it still
// waits: API Gateway for 29 seconds, Cognito's triggers for 5.
const (
	// maxAttempts is of one call, the first included.
	maxAttempts = 4
	// maxBackoff is the longest wait between two attempts; the SDK draws each wait
	// at random from zero to twice the last one's bound (full jitter).
	maxBackoff = time.Second
	// maxConnect and maxSilence are how long one attempt waits for a connection and,
	// once all was sent, for the answer to begin. Services answer within a second; one
	// that hangs would else use up the function's time, and no attempt would follow.
	// All attempts and waits together fit into the 28 seconds of an API function.
	maxConnect = 2 * time.Second
	maxSilence = 5 * time.Second
)

// Load reads what AWS's own variables say (region, credentials, endpoint).
func Load(ctx context.Context) (aws.Config, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRetryer(Retryer), config.WithHTTPClient(impatient(maxConnect, maxSilence)))
	if err != nil {
		return aws.Config{}, fmt.Errorf("loading the AWS configuration: %w", err)
	}
	return cfg, nil
}

// impatient is the SDK's own client that does not wait for what hangs.
func impatient(connect, silence time.Duration) *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = connect }).
		WithTransportOptions(func(t *http.Transport) { t.ResponseHeaderTimeout = silence })
}

// Retryer is the retry policy: what is throttled, timed out or failed on AWS's
// side is tried again.
func Retryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = maxAttempts
		o.MaxBackoff = maxBackoff
	})
}
