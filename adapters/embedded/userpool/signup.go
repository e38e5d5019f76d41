package userpool

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/sealpost/sealpost/adapters/embedded/mail"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

type attribute struct {
	Name  string
	Value string
}

type signUpInput struct {
	ClientId       string
	Username       string
	Password       string
	UserAttributes []attribute
	ClientMetadata map[string]string
}

type signUpOutput struct {
	CodeDeliveryDetails delivery
	UserConfirmed       bool
	UserSub             string
}

// signUp creates an unconfirmed user and mails a code. As with Cognito, a name stays taken while it is
// unconfirmed, and the user can ask for another code.
func (p *Pool) signUp(ctx context.Context, in signUpInput) (*signUpOutput, error) {
	email, err := p.checkSignUp(in)
	if err != nil {
		return nil, err
	}
	if _, err := p.userByName(ctx, in.Username); !errors.Is(err, errNoUser) {
		if err == nil {
			err = errUsernameExists // before the costly hash
		}
		return nil, err
	}
	u := user{id: uuid.NewString(), username: in.Username, email: email}
	if err := p.allowed(ctx, u, in.ClientMetadata); err != nil {
		return nil, err
	}
	if u.password, err = p.newPassword(ctx, u.id, in.Password); err != nil {
		return nil, err
	}
	err = p.sendCode(ctx, u, confirmSignUp, func(tx *sqlite.Tx) error { return insertUser(tx, u, p.now()) })
	if err != nil {
		return nil, err
	}
	return &signUpOutput{CodeDeliveryDetails: deliveryTo(email), UserSub: u.id}, nil
}

func (p *Pool) checkSignUp(in signUpInput) (email string, err error) {
	var c constraints
	c.clientID(in.ClientId)
	c.username(in.Username)
	c.password("password", in.Password)
	c.metadata(in.ClientMetadata)
	if len(in.UserAttributes) > maxAttributes {
		c.violated("userAttributes", "Member must have length less than or equal to %d", maxAttributes)
	}
	if err := c.err(); err != nil {
		return "", err
	}
	if err := p.checkClient(in.ClientId); err != nil {
		return "", err
	}
	if err := checkPolicy(in.Password); err != nil {
		return "", err
	}
	return emailOf(in.UserAttributes)
}

// emailOf requires exactly one address and no other attribute. The pool refuses attributes that it does not
// store, and clients may not set email_verified.
func emailOf(attributes []attribute) (string, error) {
	email := ""
	for _, a := range attributes {
		switch {
		case a.Name != "email":
			return "", errAttribute
		case email != "" || !mail.ValidAddress(a.Value):
			return "", errBadEmail
		}
		email = a.Value
	}
	if email == "" {
		return "", errNoEmail
	}
	return email, nil
}

// newPassword checks the policy and returns the hash.
func (p *Pool) newPassword(ctx context.Context, userID, password string) ([]byte, error) {
	release, err := p.hasher.admit()
	if err != nil {
		return nil, err
	}
	defer release()
	return p.hasher.hash(ctx, userID, password)
}
