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

// Sealer encrypts the pool's secrets. Open returns an error unless its arguments are the result of Seal and
// the same associated data.
type Sealer interface {
	Seal(plaintext, associatedData []byte) ([]byte, error)
	Open(ciphertext, associatedData []byte) ([]byte, error)
}

// PostConfirmation is the trigger after a user was confirmed or reset a forgotten password, depending on
// TriggerSource. Its error is shown to the caller.
type PostConfirmation func(context.Context, lambdaevents.CognitoEventUserPoolsPostConfirmation) (lambdaevents.CognitoEventUserPoolsPostConfirmation, error)

// PostAuthentication is the trigger after a user's password was accepted and before tokens are issued. Its
// error fails the sign-in.
type PostAuthentication func(context.Context, lambdaevents.CognitoEventUserPoolsPostAuthentication) (lambdaevents.CognitoEventUserPoolsPostAuthentication, error)

// PreSignUp is the trigger before a user is created. Its error refuses the sign-up and is shown to the
// caller.
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
	// Issuer is the URL of the handler, such as http://127.0.0.1:8080/cognito-idp. The tokens' iss claim is
	// this URL, "/" and the pool's id. Tokens of another issuer are refused, so the URL should not change.
	Issuer string
	// Region is the first part of the pool's id, as on AWS, and is in trigger events.
	Region string
	Now    func() time.Time
	Logger *slog.Logger

	// hashing replaces owasp in tests, which hash hundreds of passwords.
	hashing argon2id.Params
}

// regionPattern matches the part of a pool's id before the underscore (Cognito API reference, UserPoolId:
// [\w-]+_[0-9a-zA-Z]+).
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
