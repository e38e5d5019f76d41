package client

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

// TestNothingToConfirm: an embedded server names no identity pool.
func TestNothingToConfirm(t *testing.T) {
	home := newFakeHome(t, http.NotFound, http.NotFound)
	err := (&confirmNotificationsCmd{Link: "https://sns.local.amazonaws.com/confirmation.html?TopicArn=t&Token=t"}).Run(t.Context(), home.env)
	if f := explain(home.env, err); f.ExitCode != cli.ExitRefused || !strings.HasSuffix(f.Type, "nothing-to-confirm") {
		t.Errorf("got %+v", f)
	}
}

func TestConfirmationsThatFailAreExplained(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"AuthorizationError": "somebody else's", "InvalidParameter": "does not hold any more", "NotFound": "does not hold any more",
	} {
		err := explainConfirmation(&smithy.GenericAPIError{Code: code, Message: "why"})
		var f *cli.Failure
		if !errors.As(err, &f) || !strings.Contains(f.Title, want) || f.Detail != "why" || f.ExitCode != cli.ExitRefused {
			t.Errorf("%s: %+v", code, err)
		}
	}
	throttled := &smithy.GenericAPIError{Code: "Throttled", Message: "slow down"}
	if err := explainConfirmation(throttled); !errors.Is(err, throttled) {
		t.Errorf("got %v, want it as it was", err)
	}
}
