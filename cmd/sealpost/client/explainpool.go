package client

import (
	"strings"

	"github.com/aws/smithy-go"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

// cognitoPrefix begins the type of failures that the user pool reported.
const cognitoPrefix = "urn:sealpost:cognito:"

// poolWord is the text for one of the user pool's errors. The detail is the pool's own.
type poolWord struct {
	title string
	code  int
	// next returns what to try next. It may be nil.
	next func(*Env) string
}

func advice(text string) func(*Env) string { return func(*Env) string { return text } }

// anotherCode returns the command that sends another code: resend for confirm, forgot
// for reset.
func anotherCode(env *Env) string { return env.command(env.codesFrom, "--username", env.user()) }

// poolWords has the errors of the Cognito API that a client can meet (API reference,
// errors of each action).
var poolWords = map[string]poolWord{
	"UsernameExistsException":        {"the username is taken", cli.ExitRefused, advice("choose another; if it is yours, sign in with: sealpost login")},
	"InvalidPasswordException":       {"the password is too weak", cli.ExitRefused, nil},
	"CodeMismatchException":          {"the code is wrong", cli.ExitRefused, anotherCode},
	"ExpiredCodeException":           {"the code has expired", cli.ExitRefused, anotherCode},
	"TooManyFailedAttemptsException": {"too many wrong codes", cli.ExitRefused, anotherCode},
	"UserNotConfirmedException": {"the registration is not confirmed yet", cli.ExitRefused, func(env *Env) string {
		return env.command("confirm", "--username", env.user(), "CODE")
	}},
	"UserNotFoundException": {"there is no such user", cli.ExitNotFound, func(env *Env) string {
		return env.command("signup", "--username", env.user(), "--email", "ADDRESS")
	}},
	"PasswordResetRequiredException": {"the password must be set anew", cli.ExitRefused, func(env *Env) string {
		return env.command("forgot", "--username", env.user())
	}},
	"AliasExistsException":         {"the e-mail address is in use by another user", cli.ExitRefused, nil},
	"CodeDeliveryFailureException": {"the code could not be sent", cli.ExitRefused, advice("check the e-mail address")},
	"NotAuthorizedException":       {"not authorized", cli.ExitRefused, nil},
	"InvalidParameterException":    {"the input is not valid", cli.ExitRefused, nil},
	"LimitExceededException":       {"too many tries", cli.ExitUnavailable, advice("wait a while, then try again")},
	"TooManyRequestsException":     {"too many requests", cli.ExitUnavailable, advice("wait a while, then try again")},
	"InternalErrorException":       {"the user pool failed", cli.ExitUnavailable, advice("try again in a while")},
	"ResourceNotFoundException":    {"the server's user pool is not there", cli.ExitFailure, advice("ask whoever runs the server")},
}

func explainPool(env *Env, answered smithy.APIError) *cli.Failure {
	word, known := poolWords[answered.ErrorCode()]
	if !known {
		word = poolWord{"the user pool refused", cli.ExitRefused, advice("ask whoever runs " + env.server)}
		if answered.ErrorFault() == smithy.FaultServer {
			word.title, word.code = "the user pool failed", cli.ExitUnavailable
		}
	}
	f := &cli.Failure{
		Type: cognitoPrefix + answered.ErrorCode(), Title: word.title, Detail: answered.ErrorMessage(), ExitCode: word.code,
	}
	if reason, ok := strings.CutPrefix(f.Detail, "PreSignUp failed with error "); ok {
		f.Title, f.Detail, word.next = "the registration is refused", reason, advice("choose another username")
	}
	if word.next != nil {
		f.Next = word.next(env)
	}
	return f
}
