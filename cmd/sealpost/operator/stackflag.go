package operator

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/internal/stack"
)

// stackFlag is embedded in every command that works on a deployment on AWS as well.
type stackFlag struct {
	Stack string `env:"SEALPOST_STACK" placeholder:"FILE" help:"What terraform output -json printed. The command then works on that deployment on AWS, instead of on the data folder."`
}

// describeStack is how the file for --stack is made.
const describeStack = "terraform -chdir=terraform output -json > stack.json"

// Load reads the deployment's description.
func (f *stackFlag) Load() (stack.Stack, error) {
	s, err := stack.Load(f.Stack)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return stack.Stack{}, cli.Fail(cli.ExitNotFound, "no-stack", "there is no description of a deployment in "+f.Stack, err.Error(), describeStack)
	case errors.Is(err, stack.ErrInvalid):
		return stack.Stack{}, cli.Fail(cli.ExitUsage, "not-a-stack", f.Stack+" does not describe a deployment of Sealpost", err.Error(), describeStack)
	}
	return s, err
}

// An operator's command waits longer than a function, which somebody waits for.
const (
	stackAttempts   = 10
	stackMaxBackoff = 20 * time.Second
)

// Config makes the configuration of clients in a deployment's region, with the
// credentials that the aws command line would use, and its endpoint
// (AWS_ENDPOINT_URL). The SDK's own warnings are not shown: errors say what matters.
func (f *stackFlag) Config(ctx context.Context, s stack.Stack) (aws.Config, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(s.Region), config.WithLogger(logging.Nop{}), config.WithRetryer(func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.MaxBackoff = stackAttempts, stackMaxBackoff
		})
	}))
	if err != nil {
		return aws.Config{}, fmt.Errorf("loading the AWS configuration: %w", err)
	}
	return cfg, nil
}
