package operator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/sealpost/sealpost/cmd/sealpost/client"
)

func TestWhatAWSAnswersIsTold(t *testing.T) {
	t.Parallel()
	called := func(err error) error {
		return fmt.Errorf("receiving: %w", &smithy.OperationError{ServiceID: "SQS", OperationName: "ReceiveMessage", Err: err})
	}
	for name, c := range map[string]struct {
		err  error
		code int
		told string
	}{
		"denied":         {called(&smithy.GenericAPIError{Code: "AccessDenied", Fault: smithy.FaultClient}), client.ExitFailure, "AWS refused: AccessDenied"},
		"failing":        {called(&smithy.GenericAPIError{Code: "InternalError", Fault: smithy.FaultServer}), client.ExitUnavailable, "AWS failed: InternalError"},
		"no credentials": {called(errors.New("no EC2 IMDS role found")), client.ExitUnavailable, "are there credentials"},
		"our own":        {client.Fail(client.ExitNotFound, "not-parked", "gone", "", ""), client.ExitNotFound, "gone"},
		"nothing":        {nil, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stderr bytes.Buffer
			env := client.NewEnv(strings.NewReader(""), &bytes.Buffer{}, &stderr)
			if code := env.Report(context.Background(), explainAWS(c.err)); code != c.code || !strings.Contains(stderr.String(), c.told) {
				t.Errorf("exit %d: %s", code, stderr.String())
			}
		})
	}
}

// What somebody else holds is not said to be gone.
func TestALetterOutOfSight(t *testing.T) {
	t.Parallel()
	c := &redriveCmd{ID: []string{"inbox-1/a", "inbox-1/b"}, stackFlag: stackFlag{Stack: "dev.json"}}
	found := listing{letters: []letter{{ID: "inbox-1/a"}}, hidden: 2}
	err := c.allParked(found)
	if err == nil || !strings.Contains(err.Error(), "inbox-1/b is not parked") || !strings.Contains(err.Error(), "About 2 deliveries more cannot be seen") {
		t.Errorf("got %v", err)
	}
	if text := c.listText(found, grouped(found.letters)); !strings.Contains(text, "redrive all: sealpost redrive --stack dev.json\nAbout 2 deliveries more") {
		t.Errorf("got %s", text)
	}
}

func TestConsumersByName(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{"inbox-2": "inbox", "inbox-12": "inbox", "notify": "", "user-key": ""} {
		if got := generationOf(key); got != want {
			t.Errorf("%s: %q", key, got)
		}
	}
}
