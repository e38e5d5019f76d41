// Package signup is the user pool's pre-sign-up trigger. It decides whether a username
// may be registered, and reserves similar-looking names. It emits no event, because an
// unconfirmed sign-up concerns no other part. UserVerified follows with the
// confirmation (producers/verifyuser).
package signup

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/sealpost/sealpost/internal/username"
	"github.com/sealpost/sealpost/ports"
)

// reservedFor is how long a sign-up blocks similar-looking names while it is
// unconfirmed. The code is valid for the same time.
const reservedFor = 24 * time.Hour

// Error texts for the user, besides those of username.Check. The pool shows a trigger's
// error to the caller.
var (
	errLooksAlike = username.Error("This username looks like one that is taken")
	errUnknown    = errors.New("the username cannot be checked now")
)

// Trigger is the pre-sign-up trigger. It returns the event that it received. Its error
// refuses the sign-up and is shown to the user.
type Trigger func(context.Context, lambdaevents.CognitoEventUserPoolsPreSignup) (lambdaevents.CognitoEventUserPoolsPreSignup, error)

// Deps are the ports that the trigger uses. All fields are required.
type Deps struct {
	Names ports.NameRegistry
	Users ports.UserDirectory
	Now   func() time.Time
	Log   *slog.Logger
}

// New returns the trigger.
func New(deps Deps) Trigger {
	return func(ctx context.Context, e lambdaevents.CognitoEventUserPoolsPreSignup) (lambdaevents.CognitoEventUserPoolsPreSignup, error) {
		if err := username.Check(e.UserName); err != nil {
			return e, err
		}
		err := deps.reserve(ctx, e.UserName)
		if errors.Is(err, ports.ErrNameTaken) {
			return e, errLooksAlike
		}
		if err != nil {
			deps.Log.ErrorContext(ctx, "username not reserved", "error", err)
			return e, errUnknown
		}
		return e, nil
	}
}

// reserve frees conflicting reservations that were not confirmed in time.
func (d Deps) reserve(ctx context.Context, name string) error {
	r := ports.Reservation{Name: name, Skeletons: username.Skeletons(name), At: d.Now().UTC().Truncate(time.Millisecond)}
	var inTheWay ports.Reservation
	var err error
	for range 1 + len(r.Skeletons) {
		if inTheWay, err = d.Names.Reserve(ctx, r); !errors.Is(err, ports.ErrNameTaken) {
			return err
		}
		lapsed, lookErr := d.lapsed(ctx, inTheWay, r.At)
		if lookErr != nil {
			return lookErr
		}
		if !lapsed {
			return err
		}
		if err := d.Names.Release(ctx, inTheWay); err != nil {
			return err
		}
	}
	return err // other sign-ups take the names as fast as they are freed
}

func (d Deps) lapsed(ctx context.Context, r ports.Reservation, now time.Time) (bool, error) {
	if now.Sub(r.At) < reservedFor {
		return false, nil
	}
	_, err := d.Users.ByUsername(ctx, r.Name)
	if errors.Is(err, ports.ErrNotFound) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking for the name in the way: %w", err)
	}
	return false, nil
}
