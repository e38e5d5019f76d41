package userpool

import (
	"context"
	"errors"
	"fmt"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"
)

// Cognito waits five seconds for a trigger and calls it up to three times (Amazon
// Cognito Developer Guide, "Things to know about Lambda triggers").
const (
	triggerTimeout = 5 * time.Second
	triggerTries   = 3
)

// The trigger sources of the post-confirmation trigger.
const (
	sourceConfirmSignUp         = "PostConfirmation_ConfirmSignUp"
	sourceConfirmForgotPassword = "PostConfirmation_ConfirmForgotPassword"
)

var errTriggerPanic = errors.New("panic")

// confirmed calls the trigger. The user is confirmed by then, whatever it answers,
// and the caller may be gone: neither ends it.
func (p *Pool) confirmed(ctx context.Context, source string, u user, metadata map[string]string) error {
	event := lambdaevents.CognitoEventUserPoolsPostConfirmation{
		CognitoEventUserPoolsHeader: lambdaevents.CognitoEventUserPoolsHeader{
			Version: "1", TriggerSource: source, Region: p.region, UserPoolID: p.settings.poolID, UserName: u.username,
			CallerContext: lambdaevents.CognitoEventUserPoolsCallerContext{
				AWSSDKVersion: "aws-sdk-unknown-unknown", ClientID: p.settings.clientID,
			},
		},
		Request: lambdaevents.CognitoEventUserPoolsPostConfirmationRequest{
			UserAttributes: map[string]string{
				"sub": u.id, "email": u.email, "email_verified": "true", "cognito:user_status": "CONFIRMED",
			},
			ClientMetadata: metadata,
		},
	}
	ctx = context.WithoutCancel(ctx)
	var err error
	for try := range triggerTries {
		if err = p.callTrigger(ctx, event); err == nil {
			return nil
		}
		p.log.ErrorContext(ctx, "post-confirmation trigger failed", "userId", u.id, "try", try+1, "error", err)
	}
	return triggerFault(err)
}

func (p *Pool) callTrigger(ctx context.Context, event lambdaevents.CognitoEventUserPoolsPostConfirmation) (err error) {
	ctx, cancel := context.WithTimeout(ctx, triggerTimeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v", errTriggerPanic, v)
		}
	}()
	_, err = p.trigger(ctx, event)
	return err
}

// triggerFault words the failure as Cognito does: a function's own error is shown,
// that it broke is not explained.
func triggerFault(err error) error {
	if errors.Is(err, errTriggerPanic) || errors.Is(err, context.DeadlineExceeded) {
		return fault("UnexpectedLambdaException", "PostConfirmation invocation failed.")
	}
	return fault("UserLambdaValidationException", "PostConfirmation failed with error "+err.Error()+".")
}
