// Package verifyuser is the producer behind two triggers of the user pool. It emits
// UserVerified when a sign-up is confirmed, and at a sign-in if the event is missing.
//
// When the trigger runs, the pool has confirmed the user, whatever this function
// answers. It tries three times and then gives up; the user's next sign-in repairs it.
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

// confirmSignUp is the only trigger source that means a new user. Cognito also calls
// the trigger after the reset of a forgotten password (Amazon Cognito Developer Guide,
// "Post confirmation Lambda trigger").
const confirmSignUp = "PostConfirmation_ConfirmSignUp"

// repairTime is how long a sign-in may wait for a repair. Cognito fails the sign-in if
// the trigger takes more than 5 seconds.
const repairTime = 2 * time.Second

// Deps are the ports that the producer uses. All fields are required.
type Deps struct {
	// Users tells whether a user's event has arrived. If it is behind, the event is
	// published twice, which every consumer tolerates.
	Users ports.UserDirectory
	Bus   ports.Bus
	Now   func() time.Time
	Log   *slog.Logger
}

// Producer has a method for each trigger. Each returns the event that it received.
type Producer struct{ deps Deps }

// New returns the producer.
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

// SignedIn is the post-authentication trigger. It never returns an error, because that
// would fail the sign-in. A failed repair is logged as an error, on which an alarm
// fires, and is retried at the next sign-in.
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
