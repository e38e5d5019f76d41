// Package awsconfig provides the configuration of all AWS clients, with one retry policy.
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

// Retries are limited so that the caller gets the failure while it still waits: API Gateway waits 29 seconds,
// Cognito's triggers 5.
const (
	// maxAttempts includes the first attempt.
	maxAttempts = 4
	// maxBackoff is the longest wait between two attempts. The SDK draws each wait at random, with a doubling
	// bound (full jitter).
	maxBackoff = time.Second
	// maxConnect and maxSilence are how long one attempt waits for a connection and, once the request is
	// sent, for the first byte of the answer. Services answer within a second. Without these limits a hanging
	// service would use up the function's time, leaving none for a retry. All attempts and waits together fit
	// into the 28 seconds of an API function.
	maxConnect = 2 * time.Second
	maxSilence = 5 * time.Second
)

// Load reads AWS's own environment variables (region, credentials, endpoint).
func Load(ctx context.Context) (aws.Config, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRetryer(Retryer), config.WithHTTPClient(impatient(maxConnect, maxSilence)))
	if err != nil {
		return aws.Config{}, fmt.Errorf("loading the AWS configuration: %w", err)
	}
	return cfg, nil
}

// impatient returns the SDK's client with these timeouts.
func impatient(connect, silence time.Duration) *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = connect }).
		WithTransportOptions(func(t *http.Transport) { t.ResponseHeaderTimeout = silence })
}

// Retryer is the retry policy. It retries throttling, timeouts and failures on AWS's side.
func Retryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = maxAttempts
		o.MaxBackoff = maxBackoff
	})
}
