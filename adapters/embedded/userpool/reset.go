package userpool

import (
	"context"
	"errors"
	"fmt"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

type forgotPasswordInput struct {
	ClientId string
	Username string
}

// forgotPassword mails a code for setting a new password. For an unknown or unconfirmed name it pretends to.
func (p *Pool) forgotPassword(ctx context.Context, in forgotPasswordInput) (*deliveryOutput, error) {
	u, err := p.namedUser(ctx, in.ClientId, in.Username)
	if errors.Is(err, errNoUser) || (err == nil && !u.confirmed) {
		return p.pretendDelivery(in.Username), nil
	}
	if err != nil {
		return nil, err
	}
	if err := p.sendCode(ctx, u, resetPassword, nil); err != nil {
		return nil, err
	}
	return &deliveryOutput{deliveryTo(u.email)}, nil
}

type confirmForgotPasswordInput struct {
	ClientId         string
	Username         string
	ConfirmationCode string
	Password         string
	ClientMetadata   map[string]string
}

// confirmForgotPassword sets a new password by the mailed code. It ends all sessions and the lock-out,
// because the code is stronger proof than a password.
func (p *Pool) confirmForgotPassword(ctx context.Context, in confirmForgotPasswordInput) (nothing, error) {
	if err := p.checkReset(in); err != nil {
		return nothing{}, err
	}
	u, err := p.userByName(ctx, in.Username)
	if errors.Is(err, errNoUser) {
		// Cognito's answer when it prevents user-existence errors.
		return nothing{}, errCodeMismatch
	}
	if err != nil {
		return nothing{}, err
	}
	if err := p.inReset(ctx, u, in.ConfirmationCode, nil); err != nil {
		return nothing{}, err // before the costly hash
	}
	hash, err := p.newPassword(ctx, u.id, in.Password)
	if err != nil {
		return nothing{}, err
	}
	err = p.inReset(ctx, u, in.ConfirmationCode, func(tx *sqlite.Tx) error {
		return errors.Join(
			useUp(tx, u.id, resetPassword),
			setPassword(tx, u.id, hash, p.now()),
			revokeSessions(tx, u.id, ""),
			forgetFailures(tx, usernameKey(u.username)),
		)
	})
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, p.confirmed(ctx, sourceConfirmForgotPassword, u, in.ClientMetadata)
}

func (p *Pool) checkReset(in confirmForgotPasswordInput) error {
	var c constraints
	c.clientID(in.ClientId)
	c.username(in.Username)
	c.code(in.ConfirmationCode)
	c.password("password", in.Password)
	c.metadata(in.ClientMetadata)
	if err := c.err(); err != nil {
		return err
	}
	if err := p.checkClient(in.ClientId); err != nil {
		return err
	}
	return checkPolicy(in.Password)
}

// inReset checks the code and, if it is right, runs then in the same transaction.
func (p *Pool) inReset(ctx context.Context, u user, code string, then func(*sqlite.Tx) error) error {
	var wrong *apiError
	err := p.endSessions(ctx, func(tx *sqlite.Tx) (err error) {
		wrong, err = p.checkCode(tx, u.id, resetPassword, code, p.now())
		if wrong != nil || err != nil || then == nil {
			return err
		}
		return then(tx)
	})
	if err != nil {
		return fmt.Errorf("resetting a password: %w", err)
	}
	if wrong != nil {
		return wrong
	}
	return nil
}
