package faults

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/sealpost/sealpost/adapters/aws/awsconfig"
)

// Config returns the configuration for clients that call the transport, with the
// functions' retry policy. It uses no network, so that a test in a synctest bubble does
// not really wait for backoff.
func Config(tr *Transport) aws.Config {
	return aws.Config{
		Region:       "us-east-1",
		BaseEndpoint: aws.String("http://faults.invalid"),
		Credentials:  credentials.NewStaticCredentialsProvider("AKIAFAULTS", "secret", ""),
		HTTPClient:   tr.Client(),
		Retryer:      awsconfig.Retryer,
	}
}

// Under puts the transport and the functions' retry policy under the clients of a
// configuration. The transport's next must lead to the configuration's endpoint.
func Under(cfg aws.Config, tr *Transport) aws.Config {
	cfg.HTTPClient = tr.Client()
	cfg.Retryer = awsconfig.Retryer
	return cfg
}
