package operator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

func TestWhatAWSSays(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"ExpiredTokenException": "does not take the credentials", "UnrecognizedClientException": "does not take the credentials",
		"AccessDeniedException": "AWS refuses it", "AccessDenied": "AWS refuses it", "ThrottlingException": "AWS fails",
		"LimitExceededException": "AWS fails", "ValidationException": "AWS does not do it",
	} {
		err := explainAWS(fmt.Errorf("doing it: %w", &smithy.OperationError{ServiceID: "SQS", OperationName: "X", Err: &smithy.GenericAPIError{Code: code}}))
		if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "doing it") {
			t.Errorf("%s: %v", code, err)
		}
	}
	ours := errors.New("ours")
	if err := explainAWS(ours); !errors.Is(err, ours) {
		t.Errorf("got %v", err)
	}
}

func TestWhatAWSSaysHasAnExitCode(t *testing.T) {
	t.Parallel()
	called := func(err error) error {
		return fmt.Errorf("receiving: %w", &smithy.OperationError{ServiceID: "SQS", OperationName: "ReceiveMessage", Err: err})
	}
	for name, c := range map[string]struct {
		err  error
		code int
		told string
	}{
		"denied":         {called(&smithy.GenericAPIError{Code: "AccessDenied", Fault: smithy.FaultClient}), cli.ExitRefused, "AWS refuses it"},
		"failing":        {called(&smithy.GenericAPIError{Code: "InternalError", Fault: smithy.FaultServer}), cli.ExitUnavailable, "AWS fails"},
		"no credentials": {called(errors.New("failed to refresh cached credentials, no EC2 IMDS role found")), cli.ExitNotSignedIn, "AWS_PROFILE"},
		"our own":        {cli.Fail(cli.ExitNotFound, "not-parked", "gone", "", ""), cli.ExitNotFound, "gone"},
		"nothing":        {nil, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stderr bytes.Buffer
			env := cli.NewEnv(strings.NewReader(""), &bytes.Buffer{}, &stderr)
			if code := env.Report(context.Background(), explainAWS(c.err), cli.Explain); code != c.code || !strings.Contains(stderr.String(), c.told) {
				t.Errorf("exit %d: %s", code, stderr.String())
			}
		})
	}
}
