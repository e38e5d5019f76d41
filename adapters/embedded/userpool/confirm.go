package userpool

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

type confirmSignUpInput struct {
	ClientId         string
	Username         string
	ConfirmationCode string
	ClientMetadata   map[string]string
}

// confirmSignUp confirms the user by the mailed code and calls the trigger. As with Cognito, the user stays
// confirmed if the trigger fails; the next sign-in makes up for it.
func (p *Pool) confirmSignUp(ctx context.Context, in confirmSignUpInput) (nothing, error) {
	var c constraints
	c.clientID(in.ClientId)
	c.username(in.Username)
	c.code(in.ConfirmationCode)
	c.metadata(in.ClientMetadata)
	if err := errors.Join(c.err(), p.checkClient(in.ClientId)); err != nil {
		return nothing{}, err
	}
	var u user
	var wrong *apiError
	err := p.db.Write(ctx, func(tx *sqlite.Tx) (err error) {
		u, wrong, err = p.tryConfirm(tx, in)
		return err
	})
	switch {
	case err != nil:
		return nothing{}, fmt.Errorf("confirming a sign-up: %w", err)
	case wrong != nil:
		return nothing{}, wrong
	}
	return nothing{}, p.confirmed(ctx, sourceConfirmSignUp, u, in.ClientMetadata)
}

// tryConfirm returns the caller's error separately from the transaction's.
func (p *Pool) tryConfirm(tx *sqlite.Tx, in confirmSignUpInput) (user, *apiError, error) {
	u, err := scanUser(tx.QueryRow(selectUserByName, usernameKey(in.Username)))
	switch {
	case errors.Is(err, errNoUser):
		return user{}, errCodeExpired, nil // as for a user without a code
	case err != nil:
		return user{}, nil, err
	case u.confirmed:
		return user{}, errAlreadyConfirmed, nil
	}
	now := p.now()
	wrong, err := p.checkCode(tx, u.id, confirmSignUp, in.ConfirmationCode, now)
	if wrong != nil || err != nil {
		return user{}, wrong, err
	}
	return u, nil, errors.Join(useUp(tx, u.id, confirmSignUp), confirmUser(tx, u.id, now))
}

type resendInput struct {
	ClientId string
	Username string
}

type deliveryOutput struct {
	CodeDeliveryDetails delivery
}

// resendConfirmationCode mails a new code, which replaces the old one. For an unknown username it pretends
// to.
func (p *Pool) resendConfirmationCode(ctx context.Context, in resendInput) (*deliveryOutput, error) {
	u, err := p.namedUser(ctx, in.ClientId, in.Username)
	switch {
	case errors.Is(err, errNoUser):
		return p.pretendDelivery(in.Username), nil
	case err != nil:
		return nil, err
	case u.confirmed:
		return nil, errNothingToConfirm
	}
	err = p.sendCode(ctx, u, confirmSignUp, func(tx *sqlite.Tx) error { return stillUnconfirmed(tx, u.id) })
	if err != nil {
		return nil, err
	}
	return &deliveryOutput{deliveryTo(u.email)}, nil
}

// stillUnconfirmed checks again inside the transaction that stores the code.
func stillUnconfirmed(tx *sqlite.Tx, userID string) error {
	var confirmed bool
	err := tx.QueryRow(`SELECT confirmed FROM userpool_users WHERE id = ?`, userID).Scan(&confirmed)
	if errors.Is(err, sql.ErrNoRows) {
		return errNoUser
	}
	if err == nil && confirmed {
		return errNothingToConfirm
	}
	return err
}

// namedUser checks a request that has only a client and a username. It returns errNoUser for an unknown name.
func (p *Pool) namedUser(ctx context.Context, clientID, username string) (user, error) {
	var c constraints
	c.clientID(clientID)
	c.username(username)
	if err := errors.Join(c.err(), p.checkClient(clientID)); err != nil {
		return user{}, err
	}
	return p.userByName(ctx, username)
}

// pretendDelivery returns a fictitious address, always the same for one name.
func (p *Pool) pretendDelivery(username string) *deliveryOutput {
	sum := p.codeMAC(usernameKey(username), "pretend", "")
	letter := func(b byte) string { return string(rune('a' + b%26)) }
	return &deliveryOutput{deliveryTo(letter(sum[0]) + "@" + letter(sum[1]))}
}
