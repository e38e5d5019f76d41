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

// The sources of the triggers.
const (
	sourceConfirmSignUp         = "PostConfirmation_ConfirmSignUp"
	sourceConfirmForgotPassword = "PostConfirmation_ConfirmForgotPassword"
	sourceAuthentication        = "PostAuthentication_Authentication"
)

var errTriggerPanic = errors.New("panic")

// confirmed calls the post-confirmation trigger. The user is confirmed by then,
// whatever it answers.
func (p *Pool) confirmed(ctx context.Context, source string, u user, metadata map[string]string) error {
	event := lambdaevents.CognitoEventUserPoolsPostConfirmation{
		CognitoEventUserPoolsHeader: p.triggerHeader(source, u),
		Request: lambdaevents.CognitoEventUserPoolsPostConfirmationRequest{
			UserAttributes: triggerAttributes(u), ClientMetadata: metadata,
		},
	}
	return p.fire(ctx, "PostConfirmation", u, func(ctx context.Context) error {
		_, err := p.postConfirmation(ctx, event)
		return err
	})
}

// signedIn calls the post-authentication trigger. Its error fails the sign-in.
func (p *Pool) signedIn(ctx context.Context, u user) error {
	event := lambdaevents.CognitoEventUserPoolsPostAuthentication{
		CognitoEventUserPoolsHeader: p.triggerHeader(sourceAuthentication, u),
		Request:                     lambdaevents.CognitoEventUserPoolsPostAuthenticationRequest{UserAttributes: triggerAttributes(u)},
	}
	return p.fire(ctx, "PostAuthentication", u, func(ctx context.Context) error {
		_, err := p.postAuthentication(ctx, event)
		return err
	})
}

func (p *Pool) triggerHeader(source string, u user) lambdaevents.CognitoEventUserPoolsHeader {
	return lambdaevents.CognitoEventUserPoolsHeader{
		Version: "1", TriggerSource: source, Region: p.region, UserPoolID: p.settings.poolID, UserName: u.username,
		CallerContext: lambdaevents.CognitoEventUserPoolsCallerContext{
			AWSSDKVersion: "aws-sdk-unknown-unknown", ClientID: p.settings.clientID,
		},
	}
}

func triggerAttributes(u user) map[string]string {
	return map[string]string{"sub": u.id, "email": u.email, "email_verified": "true", "cognito:user_status": "CONFIRMED"}
}

// fire calls a trigger as often as Cognito does. The caller may be gone, which does
// not end it.
func (p *Pool) fire(ctx context.Context, name string, u user, call func(context.Context) error) error {
	ctx = context.WithoutCancel(ctx)
	var err error
	for try := range triggerTries {
		if err = callTrigger(ctx, call); err == nil {
			return nil
		}
		p.log.ErrorContext(ctx, "trigger failed", "trigger", name, "userId", u.id, "try", try+1, "error", err)
	}
	return triggerFault(name, err)
}

func callTrigger(ctx context.Context, call func(context.Context) error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, triggerTimeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v", errTriggerPanic, v)
		}
	}()
	return call(ctx)
}

// triggerFault words the failure as Cognito does: a function's own error is shown,
// that it broke is not explained.
func triggerFault(name string, err error) error {
	if errors.Is(err, errTriggerPanic) || errors.Is(err, context.DeadlineExceeded) {
		return fault("UnexpectedLambdaException", name+" invocation failed.")
	}
	return fault("UserLambdaValidationException", name+" failed with error "+err.Error()+".")
}
