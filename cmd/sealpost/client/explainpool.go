package client

import (
	"github.com/aws/smithy-go"
)

// cognitoPrefix begins the type of failures that the user pool named.
const cognitoPrefix = "urn:sealpost:cognito:"

// poolWord is one of the user pool's errors in words. The detail is the pool's.
type poolWord struct {
	title string
	code  int
	// next makes what to try next, unless it is nil.
	next func(*Env) string
}

func advice(text string) func(*Env) string { return func(*Env) string { return text } }

// anotherCode is what to try when a code does not do: confirm has its codes from
// resend, and reset from forgot.
func anotherCode(env *Env) string { return env.command(env.codesFrom, "--username", env.user()) }

// poolWords has the errors of the Cognito API that a client can meet (API
// reference, the errors of each action).
var poolWords = map[string]poolWord{
	"UsernameExistsException":        {"the username is taken", exitRefused, advice("choose another; if it is yours, sign in with: sealpost login")},
	"InvalidPasswordException":       {"the password is too weak", exitRefused, nil},
	"CodeMismatchException":          {"the code is wrong", exitRefused, anotherCode},
	"ExpiredCodeException":           {"the code has expired", exitRefused, anotherCode},
	"TooManyFailedAttemptsException": {"too many wrong codes", exitRefused, anotherCode},
	"UserNotConfirmedException": {"the registration is not confirmed yet", exitRefused, func(env *Env) string {
		return env.command("confirm", "--username", env.user(), "CODE")
	}},
	"UserNotFoundException": {"there is no such user", exitNotFound, func(env *Env) string {
		return env.command("signup", "--username", env.user(), "--email", "ADDRESS")
	}},
	"PasswordResetRequiredException": {"the password must be set anew", exitRefused, func(env *Env) string {
		return env.command("forgot", "--username", env.user())
	}},
	"AliasExistsException":         {"the e-mail address is in use by another user", exitRefused, nil},
	"CodeDeliveryFailureException": {"the code could not be sent", exitRefused, advice("check the e-mail address")},
	"NotAuthorizedException":       {"not authorized", exitRefused, nil},
	"InvalidParameterException":    {"the input is not valid", exitRefused, nil},
	"LimitExceededException":       {"too many tries", exitUnavailable, advice("wait a while, then try again")},
	"TooManyRequestsException":     {"too many requests", exitUnavailable, advice("wait a while, then try again")},
	"InternalErrorException":       {"the user pool failed", exitUnavailable, advice("try again in a while")},
	"ResourceNotFoundException":    {"the server's user pool is not there", exitFailure, advice("ask whoever runs the server")},
}

// explainPool explains what the user pool said.
func explainPool(env *Env, answered smithy.APIError) *failure {
	word, known := poolWords[answered.ErrorCode()]
	if !known {
		word = poolWord{"the user pool refused", exitRefused, advice("ask whoever runs " + env.server)}
		if answered.ErrorFault() == smithy.FaultServer {
			word.title, word.code = "the user pool failed", exitUnavailable
		}
	}
	f := &failure{
		Type: cognitoPrefix + answered.ErrorCode(), Title: word.title, Detail: answered.ErrorMessage(), ExitCode: word.code,
	}
	if word.next != nil {
		f.Next = word.next(env)
	}
	return f
}
