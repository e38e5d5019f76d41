package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
)

func TestEveryErrorHasAnExitCodeAndAType(t *testing.T) {
	t.Parallel()
	problem := func(status int, name string) error {
		return fmt.Errorf("opening: %w", &client.Problem{Type: client.ProblemPrefix + name, Status: status})
	}
	tests := []struct {
		err      error
		code     int
		problem  string
		withNext bool
	}{
		{problem(400, "bad-cursor"), cli.ExitRefused, "urn:sealpost:problem:bad-cursor", false},
		{problem(401, "unauthorized"), cli.ExitNotSignedIn, "urn:sealpost:problem:unauthorized", true},
		{problem(404, "message-not-found"), cli.ExitNotFound, "urn:sealpost:problem:message-not-found", true},
		{problem(409, "recipient-not-ready"), cli.ExitRefused, "urn:sealpost:problem:recipient-not-ready", true},
		{problem(413, "too-large"), cli.ExitRefused, "urn:sealpost:problem:too-large", false},
		{problem(429, "throttled"), cli.ExitUnavailable, "urn:sealpost:problem:throttled", true},
		{problem(500, "internal"), cli.ExitUnavailable, "urn:sealpost:problem:internal", true},
		{&client.Problem{Type: "about:blank", Status: 302}, cli.ExitFailure, "about:blank", false},
		{&types.UsernameExistsException{Message: aws.String("m")}, cli.ExitRefused, "urn:sealpost:cognito:UsernameExistsException", true},
		{&types.CodeMismatchException{}, cli.ExitRefused, "urn:sealpost:cognito:CodeMismatchException", true},
		{&types.UserNotConfirmedException{}, cli.ExitRefused, "urn:sealpost:cognito:UserNotConfirmedException", true},
		{&types.UserNotFoundException{}, cli.ExitNotFound, "urn:sealpost:cognito:UserNotFoundException", true},
		{&types.PasswordResetRequiredException{}, cli.ExitRefused, "urn:sealpost:cognito:PasswordResetRequiredException", true},
		{&types.InternalErrorException{}, cli.ExitUnavailable, "urn:sealpost:cognito:InternalErrorException", true},
		{&smithy.GenericAPIError{Code: "NewException"}, cli.ExitRefused, "urn:sealpost:cognito:NewException", true},
		{&smithy.GenericAPIError{Code: "Broken", Fault: smithy.FaultServer}, cli.ExitUnavailable, "urn:sealpost:cognito:Broken", true},
		{&client.ChallengeError{Name: "SMS_MFA"}, cli.ExitRefused, "urn:sealpost:client:challenge", true},
		{&client.UnreachableError{URL: "http://a", Err: syscall.ECONNREFUSED}, cli.ExitUnavailable, "urn:sealpost:client:unreachable", true},
		{fmt.Errorf("x: %w", client.ErrNotSealpost), cli.ExitFailure, "urn:sealpost:client:not-sealpost", true},
		{client.ErrDowngrade, cli.ExitRefused, "urn:sealpost:client:downgrade", true},
		{client.ErrTooLarge, cli.ExitFailure, "urn:sealpost:client:too-large", false},
		{terminal.ErrMismatch, cli.ExitRefused, "urn:sealpost:client:password-mismatch", true},
		{terminal.ErrNoInput, cli.ExitUsage, "urn:sealpost:client:no-input", true},
		{&fs.PathError{Op: "open", Path: "a", Err: fs.ErrNotExist}, cli.ExitFailure, "urn:sealpost:client:no-such-file", false},
		{&fs.PathError{Op: "open", Path: "a", Err: fs.ErrExist}, cli.ExitRefused, "urn:sealpost:client:file-exists", true},
		{errors.New("surprise"), cli.ExitFailure, "urn:sealpost:client:failed", false},
	}
	for _, tt := range tests {
		var stderr bytes.Buffer
		env := NewEnv(cli.NewEnv(nil, nil, &stderr))
		env.server = "http://127.0.0.1:1"
		if err := (&cli.JSONFlag{JSON: true}).AfterApply(env.Env); err != nil {
			t.Fatal(err)
		}
		code := env.Report(t.Context(), tt.err)
		var got cli.Failure
		if err := json.Unmarshal(stderr.Bytes(), &got); err != nil {
			t.Fatalf("%v: %v in %q", tt.err, err, stderr.String())
		}
		if code != tt.code || got.ExitCode != tt.code || got.Type != tt.problem || (got.Next != "") != tt.withNext {
			t.Errorf("%v: exit %d, %+v", tt.err, code, got)
		}
	}
}

func TestReportOfSuccessAndOfCtrlC(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	env := NewEnv(cli.NewEnv(nil, nil, &stderr))
	if code := env.Report(t.Context(), nil); code != 0 || stderr.Len() != 0 {
		t.Errorf("exit %d, %q", code, stderr.String())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if code := env.Report(ctx, errors.New("whatever the signal broke")); code != cli.ExitInterrupted {
		t.Errorf("exit %d", code)
	}
}

// What a server says goes to a terminal too.
func TestReportsAreSafeToShow(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	env := NewEnv(cli.NewEnv(nil, nil, &stderr))
	env.Report(t.Context(), &client.Problem{Title: "a\x1b[2J", Detail: "b\nc\x1b", RequestID: "d\x1b", Status: 400})
	const want = `sealpost: a\x1b[2J` + "\n" + `  b\x0ac\x1b` + "\n" + `  request: d\x1b (quote it when asking for help)` + "\n"
	if stderr.String() != want {
		t.Errorf("got %q", stderr.String())
	}
}
