// Package verifyuser is the producer behind two triggers of the user pool: it emits
// UserVerified when a sign-up is confirmed, and at a sign-in when it is missing.
//
// The pool has confirmed the user by then, whatever this function answers. It tries
// three times and gives up; the user's next sign-in makes up for it.
// docs/decisions/2026-11-28-what-is-missing-is-found-one-by-one.md has the reasons.
package verifyuser

import (
	"context"
	"errors"
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

// repairTime is how long a sign-in may wait for a repair. Cognito gives up on a
// trigger after 5 seconds, and then on the sign-in.
const repairTime = 2 * time.Second

// Deps is what the producer needs of the world. All fields are required.
type Deps struct {
	// Users tells whether a user's event has come. It may be behind: then the event
	// is published twice, which every consumer tolerates.
	Users ports.UserDirectory
	Bus   ports.Bus
	Now   func() time.Time
	Log   *slog.Logger
}

// Producer has a method for each trigger. Each answers with the event that it was
// given.
type Producer struct{ deps Deps }

// New makes the producer.
func New(deps Deps) *Producer { return &Producer{deps} }

// Confirmed is the post-confirmation trigger.
func (p *Producer) Confirmed(ctx context.Context, e lambdaevents.CognitoEventUserPoolsPostConfirmation) (lambdaevents.CognitoEventUserPoolsPostConfirmation, error) {
	if e.TriggerSource != confirmSignUp {
		return e, nil
	}
	if err := p.publish(ctx, e.Request.UserAttributes["sub"], e.UserName); err != nil {
		// Cognito shows a trigger's error to the user.
		p.deps.Log.ErrorContext(ctx, "UserVerified not published", "userId", e.Request.UserAttributes["sub"], "error", err)
		return e, errors.New("your account is confirmed, but setting it up is delayed")
	}
	return e, nil
}

// SignedIn is the post-authentication trigger. It returns no error, because that
// would fail the sign-in: what it could not repair is logged as an error, on which an
// alarm fires, and is tried again at the next sign-in.
func (p *Producer) SignedIn(ctx context.Context, e lambdaevents.CognitoEventUserPoolsPostAuthentication) (lambdaevents.CognitoEventUserPoolsPostAuthentication, error) {
	ctx, cancel := context.WithTimeout(ctx, repairTime)
	defer cancel()
	userID := e.Request.UserAttributes["sub"]
	_, err := p.deps.Users.ByID(ctx, userID)
	if errors.Is(err, ports.ErrNotFound) {
		p.deps.Log.WarnContext(ctx, "publishing a UserVerified that is missing", "userId", userID)
		err = p.publish(ctx, userID, e.UserName)
	}
	if err != nil {
		p.deps.Log.ErrorContext(ctx, "whether UserVerified is missing was not found out or not repaired", "userId", userID, "error", err)
	}
	return e, nil
}

func (p *Producer) publish(ctx context.Context, userID, username string) error {
	ev := events.New(p.deps.Now(), events.UserVerified{UserID: userID, Username: username})
	if err := p.deps.Bus.Publish(ctx, ev); err != nil {
		return fmt.Errorf("publishing event %s: %w", ev.Metadata.ID, err)
	}
	return nil
}
