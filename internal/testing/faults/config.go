package faults

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/sealpost/sealpost/adapters/aws/awsconfig"
)

// Config makes the configuration of clients whose calls go to the transport, with
// the retry policy of the functions. No network is touched, so that a test in a
// synctest bubble waits for no backoff.
func Config(tr *Transport) aws.Config {
	return aws.Config{
		Region:       "us-east-1",
		BaseEndpoint: aws.String("http://faults.invalid"),
		Credentials:  credentials.NewStaticCredentialsProvider("AKIAFAULTS", "secret", ""),
		HTTPClient:   tr.Client(),
		Retryer:      awsconfig.Retryer,
	}
}

// Under puts the transport and the functions' retry policy under a configuration's
// clients; the transport's next must be the way to the configuration's endpoint.
func Under(cfg aws.Config, tr *Transport) aws.Config {
	cfg.HTTPClient = tr.Client()
	cfg.Retryer = awsconfig.Retryer
	return cfg
}
