// Package verifyuser is the producer behind the user pool's post-confirmation
// trigger: it emits UserVerified when a sign-up is confirmed.
//
// The pool has confirmed the user by then, whatever this function answers. It
// tries three times and then gives up; the reconciler finds users that are
// confirmed and have no UserVerified.
package verifyuser

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/ports"
)

// confirmSignUp is the one trigger source that means a new user. Cognito calls the
// same trigger after a forgotten password was reset (Amazon Cognito Developer
// Guide, "Post confirmation Lambda trigger").
const confirmSignUp = "PostConfirmation_ConfirmSignUp"

// Trigger is the post-confirmation trigger; it answers with the event it was given.
type Trigger func(context.Context, lambdaevents.CognitoEventUserPoolsPostConfirmation) (lambdaevents.CognitoEventUserPoolsPostConfirmation, error)

// Deps is what the producer needs of the world. All fields are required.
type Deps struct {
	Bus ports.Bus
	Now func() time.Time
	Log *slog.Logger
}

// New makes the trigger.
func New(deps Deps) Trigger {
	return func(ctx context.Context, e lambdaevents.CognitoEventUserPoolsPostConfirmation) (lambdaevents.CognitoEventUserPoolsPostConfirmation, error) {
		if e.TriggerSource != confirmSignUp {
			return e, nil
		}
		return e, deps.publish(ctx, e)
	}
}

func (d Deps) publish(ctx context.Context, e lambdaevents.CognitoEventUserPoolsPostConfirmation) error {
	ev := events.New(d.Now(), events.UserVerified{UserID: e.Request.UserAttributes["sub"], Username: e.UserName})
	if err := d.Bus.Publish(ctx, ev); err != nil {
		// Cognito shows a trigger's error to whoever signs up.
		d.Log.ErrorContext(ctx, "UserVerified not published", "eventId", ev.Metadata.ID, "error", err)
		return fmt.Errorf("your account is confirmed, but setting it up is delayed")
	}
	return nil
}
