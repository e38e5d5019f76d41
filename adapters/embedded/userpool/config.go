package userpool

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"time"

	"github.com/alexedwards/argon2id"
	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/sealpost/sealpost/adapters/embedded/mail"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// Sealer encrypts what the pool must not store in the clear. Open returns an error
// unless it is given what Seal made, with the same associated data.
type Sealer interface {
	Seal(plaintext, associatedData []byte) ([]byte, error)
	Open(ciphertext, associatedData []byte) ([]byte, error)
}

// PostConfirmation is the trigger that is called after a user was confirmed or has
// reset a forgotten password (events.CognitoEventUserPoolsPostConfirmation's
// TriggerSource says which). Its error is shown to the caller.
type PostConfirmation func(context.Context, lambdaevents.CognitoEventUserPoolsPostConfirmation) (lambdaevents.CognitoEventUserPoolsPostConfirmation, error)

// PostAuthentication is the trigger that is called when a user has signed in, before
// they get tokens. Its error fails the sign-in.
type PostAuthentication func(context.Context, lambdaevents.CognitoEventUserPoolsPostAuthentication) (lambdaevents.CognitoEventUserPoolsPostAuthentication, error)

// PreSignUp is the trigger that is called before a user is made. Its error refuses the
// sign-up and is shown to the caller.
type PreSignUp func(context.Context, lambdaevents.CognitoEventUserPoolsPreSignup) (lambdaevents.CognitoEventUserPoolsPreSignup, error)

// Config is what a pool needs. All fields are required.
type Config struct {
	DB     *sqlite.DB
	Sealer Sealer
	// Mailer sends confirmation codes.
	Mailer             mail.Sender
	PreSignUp          PreSignUp
	PostConfirmation   PostConfirmation
	PostAuthentication PostAuthentication
	// Issuer is the URL that the handler is reached at, as in
	// http://127.0.0.1:8080/cognito-idp. With "/" and the pool's id behind it, it
	// is the tokens' iss claim: ID tokens of another issuer are refused, so it
	// should not change.
	Issuer string
	// Region begins the pool's id, as AWS's regions do, and goes into trigger events.
	Region string
	Now    func() time.Time
	Logger *slog.Logger

	// hashing replaces owasp in tests, which hash hundreds of passwords.
	hashing argon2id.Params
}

// regionPattern is what may stand before the underscore of a pool's id
// (Cognito API reference, UserPoolId: [\w-]+_[0-9a-zA-Z]+).
var regionPattern = regexp.MustCompile(`^[a-z0-9-]{1,45}$`)

func (c Config) check() error {
	switch {
	case c.DB == nil || c.Sealer == nil || c.Mailer == nil || c.PreSignUp == nil || c.PostConfirmation == nil || c.PostAuthentication == nil || c.Now == nil || c.Logger == nil:
		return errors.New("user pool: a field of the configuration is missing")
	case c.Issuer == "":
		return errors.New("user pool: the issuer is missing")
	case !regionPattern.MatchString(c.Region):
		return errors.New("user pool: the region is not valid")
	}
	return nil
}
