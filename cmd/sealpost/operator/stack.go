package operator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"

	"github.com/sealpost/sealpost/adapters/aws/deployment"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

// A command retries for longer than a function, whose caller is waiting.
const (
	stackAttempts   = 10
	stackMaxBackoff = 20 * time.Second
)

// describe returns the command that writes the file for --stack.
func (f *backendFlags) describe() string {
	return "terraform -chdir=terraform output -json > " + cmp.Or(f.Stack, "stack.json")
}

// deployment loads the description of the deployment, and the AWS configuration for its
// region with the credentials and endpoint (AWS_ENDPOINT_URL) that the aws CLI would
// use. The SDK's own warnings are not shown.
func (f *backendFlags) deployment(ctx context.Context) (deployment.Deployment, aws.Config, error) {
	s, err := deployment.Load(f.Stack)
	const next = "terraform -chdir=terraform output -json > stack.json"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s, aws.Config{}, cli.Fail(cli.ExitNotFound, "no-stack", "there is no description of a deployment in "+f.Stack, err.Error(), next)
	case errors.Is(err, deployment.ErrInvalid):
		return s, aws.Config{}, cli.Fail(cli.ExitUsage, "not-a-stack", f.Stack+" does not describe a deployment of Sealpost", err.Error(), next)
	case err != nil:
		return s, aws.Config{}, err
	}
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(s.Region), config.WithLogger(logging.Nop{}), config.WithRetryer(func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.MaxBackoff = stackAttempts, stackMaxBackoff
		})
	}))
	if err != nil {
		return s, aws.Config{}, fmt.Errorf("loading the AWS configuration: %w", err)
	}
	return s, cfg, nil
}

// explainAWS explains an error of AWS. It returns other errors unchanged.
func explainAWS(err error) error {
	var signing *smithy.OperationError
	if !errors.As(err, &signing) {
		return err
	}
	var answered *awshttp.ResponseError
	var refused smithy.APIError
	switch {
	case errors.As(err, &refused) && badCredentials(refused.ErrorCode()):
		return cli.Fail(cli.ExitNotSignedIn, "aws-credentials", "AWS does not take the credentials", err.Error(), "sign in again, such as by aws sso login")
	case errors.As(err, &refused) && strings.Contains(refused.ErrorCode(), "AccessDenied"):
		return cli.Fail(cli.ExitRefused, "aws-refused", "AWS refuses it to this identity (aws sts get-caller-identity)", err.Error(),
			"Terraform's output operator_policies has what this command needs")
	case errors.As(err, &answered) && answered.HTTPStatusCode() >= http.StatusInternalServerError,
		errors.As(err, &refused) && (refused.ErrorFault() == smithy.FaultServer || isThrottle(refused.ErrorCode())):
		return cli.Fail(cli.ExitUnavailable, "aws-failed", "AWS fails", err.Error(), "try again in a while")
	case errors.As(err, &refused):
		return cli.Fail(cli.ExitFailure, "aws", "AWS does not do it", err.Error(), "")
	}
	var network net.Error
	if errors.As(err, &network) {
		return cli.Fail(cli.ExitUnavailable, "aws-unreachable", "cannot reach AWS", err.Error(), "check your connection, and AWS_ENDPOINT_URL if it is set")
	}
	if strings.Contains(err.Error(), "credentials") { // the SDK has no error type for this
		return cli.Fail(cli.ExitNotSignedIn, "aws-credentials", "there are no credentials for AWS", err.Error(), "aws configure, or name a profile by AWS_PROFILE")
	}
	return cli.Fail(cli.ExitFailure, "aws", "AWS cannot be asked", err.Error(), "")
}

// badCredentials recognizes the codes for credentials that are expired, unknown or
// wrong. They differ by service.
func badCredentials(code string) bool {
	for _, part := range []string{"ExpiredToken", "UnrecognizedClient", "InvalidClientTokenId", "InvalidSignature", "SignatureDoesNotMatch", "MissingAuthenticationToken", "InvalidAccessKeyId"} {
		if strings.Contains(code, part) {
			return true
		}
	}
	return false
}

func isThrottle(code string) bool {
	return strings.Contains(code, "Throttl") || strings.Contains(code, "LimitExceeded") || strings.Contains(code, "TooManyRequests")
}
