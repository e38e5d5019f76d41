package operator

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
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
