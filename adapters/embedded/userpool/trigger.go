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

const (
	sourceSignUp                = "PreSignUp_SignUp"
	sourceConfirmSignUp         = "PostConfirmation_ConfirmSignUp"
	sourceConfirmForgotPassword = "PostConfirmation_ConfirmForgotPassword"
	sourceAuthentication        = "PostAuthentication_Authentication"
)

var errTriggerPanic = errors.New("panic")

// allowed calls the pre-sign-up trigger once. A refusal is not retried.
func (p *Pool) allowed(ctx context.Context, u user, metadata map[string]string) error {
	event := lambdaevents.CognitoEventUserPoolsPreSignup{
		CognitoEventUserPoolsHeader: p.triggerHeader(sourceSignUp, u),
		Request: lambdaevents.CognitoEventUserPoolsPreSignupRequest{
			UserAttributes: map[string]string{"email": u.email}, ClientMetadata: metadata,
		},
	}
	if err := callTrigger(ctx, p.preSignUp, event); err != nil {
		return triggerFault("PreSignUp", err)
	}
	return nil
}

func (p *Pool) triggerHeader(source string, u user) lambdaevents.CognitoEventUserPoolsHeader {
	return lambdaevents.CognitoEventUserPoolsHeader{
		Version: "1", TriggerSource: source, Region: p.region, UserPoolID: p.settings.poolID, UserName: u.username,
		CallerContext: lambdaevents.CognitoEventUserPoolsCallerContext{
			AWSSDKVersion: "aws-sdk-unknown-unknown", ClientID: p.settings.clientID,
		},
	}
}

// confirmed calls the post-confirmation trigger. The user stays confirmed if the trigger fails.
func (p *Pool) confirmed(ctx context.Context, source string, u user, metadata map[string]string) error {
	return fire(ctx, p, "PostConfirmation", u, p.postConfirmation, lambdaevents.CognitoEventUserPoolsPostConfirmation{
		CognitoEventUserPoolsHeader: p.triggerHeader(source, u),
		Request: lambdaevents.CognitoEventUserPoolsPostConfirmationRequest{
			UserAttributes: triggerAttributes(u), ClientMetadata: metadata,
		},
	})
}

// signedIn calls the post-authentication trigger. Its error fails the sign-in.
func (p *Pool) signedIn(ctx context.Context, u user) error {
	return fire(ctx, p, "PostAuthentication", u, p.postAuthentication, lambdaevents.CognitoEventUserPoolsPostAuthentication{
		CognitoEventUserPoolsHeader: p.triggerHeader(sourceAuthentication, u),
		Request:                     lambdaevents.CognitoEventUserPoolsPostAuthenticationRequest{UserAttributes: triggerAttributes(u)},
	})
}

func triggerAttributes(u user) map[string]string {
	return map[string]string{"sub": u.id, "email": u.email, "email_verified": "true", "cognito:user_status": "CONFIRMED"}
}

// fire calls a trigger as often as Cognito does, even if the caller disconnects.
func fire[E any](ctx context.Context, p *Pool, name string, u user, trigger func(context.Context, E) (E, error), event E) error {
	ctx = context.WithoutCancel(ctx)
	var err error
	for try := range triggerTries {
		if err = callTrigger(ctx, trigger, event); err == nil {
			return nil
		}
		p.log.ErrorContext(ctx, "trigger failed", "trigger", name, "userId", u.id, "try", try+1, "error", err)
	}
	return triggerFault(name, err)
}

func callTrigger[E any](ctx context.Context, trigger func(context.Context, E) (E, error), event E) (err error) {
	ctx, cancel := context.WithTimeout(ctx, triggerTimeout)
	defer cancel()
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v", errTriggerPanic, v)
		}
	}()
	_, err = trigger(ctx, event)
	return err
}

// triggerFault words the failure as Cognito does: it shows a function's own error, and no details of any
// other failure.
func triggerFault(trigger string, err error) error {
	if errors.Is(err, errTriggerPanic) || errors.Is(err, context.DeadlineExceeded) {
		return fault("UnexpectedLambdaException", trigger+" invocation failed.")
	}
	return fault("UserLambdaValidationException", trigger+" failed with error "+err.Error()+".")
}
