package userpool

import (
	"context"
	"encoding/json"
	"unicode/utf8"
)

type operation func(ctx context.Context, p *Pool, body []byte) (any, error)

var operations = map[string]operation{
	"SignUp":                 operationOf((*Pool).signUp),
	"ConfirmSignUp":          operationOf((*Pool).confirmSignUp),
	"ResendConfirmationCode": operationOf((*Pool).resendConfirmationCode),
	"InitiateAuth":           operationOf((*Pool).initiateAuth),
	"ForgotPassword":         operationOf((*Pool).forgotPassword),
	"ConfirmForgotPassword":  operationOf((*Pool).confirmForgotPassword),
	"GetUser":                operationOf((*Pool).getUser),
	"ChangePassword":         operationOf((*Pool).changePassword),
	"GlobalSignOut":          operationOf((*Pool).globalSignOut),
	"RevokeToken":            operationOf((*Pool).revokeToken),
}

func operationOf[In, Out any](run func(*Pool, context.Context, In) (Out, error)) operation {
	return func(ctx context.Context, p *Pool, body []byte) (any, error) {
		var in In
		if err := decode(body, &in); err != nil {
			return nil, err
		}
		return run(p, ctx, in)
	}
}

// decode reads a JSON object. Like AWS it ignores unknown members: SDKs send some that only Cognito uses.
func decode(body []byte, in any) error {
	// encoding/json would replace invalid UTF-8 and accept null as an object.
	if !utf8.Valid(body) || len(body) == 0 || !startsObject(body) || json.Unmarshal(body, in) != nil {
		return errSerialization
	}
	return nil
}

func startsObject(body []byte) bool {
	for _, c := range body {
		switch c {
		case ' ', '\t', '\r', '\n':
		default:
			return c == '{'
		}
	}
	return false
}

// nothing is an empty output: {}.
type nothing struct{}

func (p *Pool) checkClient(id string) error {
	if id != p.settings.clientID {
		return unknownClient(id)
	}
	return nil
}
