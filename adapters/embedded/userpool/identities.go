package userpool

import (
	"context"
	"errors"
	"fmt"

	"github.com/sealpost/sealpost/ports"
)

// Address implements ports.Identities. Usernames are compared without regard to
// case.
func (p *Pool) Address(ctx context.Context, username string) (string, error) {
	return address(p.userByName(ctx, username))
}

// AddressByID is Address by the user's id.
func (p *Pool) AddressByID(ctx context.Context, userID string) (string, error) {
	return address(p.userByID(ctx, userID))
}

func address(u user, err error) (string, error) {
	if errors.Is(err, errNoUser) || (err == nil && !u.confirmed) {
		return "", fmt.Errorf("address of a user: %w", ports.ErrNotFound)
	}
	if err != nil {
		return "", err
	}
	return u.email, nil
}

// identityPage is how many identities are read at once. The database is not kept
// waiting while they are visited.
const identityPage = 500

// Confirmed implements ports.Identities.
func (p *Pool) Confirmed(ctx context.Context, visit func(ports.Identity) error) error {
	after := ""
	for {
		page, err := p.confirmedAfter(ctx, after)
		if err != nil {
			return fmt.Errorf("listing confirmed users: %w", err)
		}
		for _, identity := range page {
			if err := visit(identity); err != nil {
				return err
			}
		}
		if len(page) < identityPage {
			return nil
		}
		after = page[len(page)-1].UserID
	}
}

func (p *Pool) confirmedAfter(ctx context.Context, after string) ([]ports.Identity, error) {
	rows, err := p.db.Read().QueryContext(ctx, `SELECT `+userColumns+` FROM userpool_users
		WHERE id > ? AND confirmed = 1 ORDER BY id LIMIT ?`, after, identityPage)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var page []ports.Identity
	for rows.Next() {
		u, err := scanUser(rows)
		if err != nil {
			return nil, err
		}
		page = append(page, ports.Identity{UserID: u.id, Username: u.username, ConfirmedAt: u.updated})
	}
	return page, rows.Err()
}
