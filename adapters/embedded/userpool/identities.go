package userpool

import (
	"context"
	"errors"
	"fmt"

	"github.com/sealpost/sealpost/ports"
)

// Address implements ports.Identities.
func (p *Pool) Address(ctx context.Context, userID string) (string, error) {
	u, err := p.userByID(ctx, userID)
	if errors.Is(err, errNoUser) || (err == nil && !u.confirmed) {
		return "", fmt.Errorf("address of a user: %w", ports.ErrNotFound)
	}
	if err != nil {
		return "", err
	}
	return u.email, nil
}
