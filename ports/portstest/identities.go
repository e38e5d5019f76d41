package portstest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/ports"
)

// IdentitiesAdapter is a user pool and the ways to create its users.
type IdentitiesAdapter struct {
	ports.Identities
	SignUp  func(ctx context.Context, username, address string) (userID string, err error)
	Confirm func(ctx context.Context, username string) error
}

func (a IdentitiesAdapter) register(ctx context.Context, username, address string) (string, error) {
	userID, err := a.SignUp(ctx, username, address)
	if err != nil {
		return "", err
	}
	return userID, a.Confirm(ctx, username)
}

// Identities is the contract of [ports.Identities].
func Identities(t *testing.T, create func(*testing.T) IdentitiesAdapter) {
	shared := once(t, create)
	tests := map[string]func(*testing.T, IdentitiesAdapter){
		"a confirmed user has an address": identitiesAddress,
		"an unconfirmed user has none":    identitiesUnconfirmed,
		"an unknown user has none":        identitiesUnknown,
		"an ended context":                identitiesEnded,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, shared())
		})
	}
}

func newAddress(username string) string { return username + "@example.org" }

func identitiesAddress(t *testing.T, a IdentitiesAdapter) {
	name := newID("user")
	id, err := a.register(t.Context(), name, newAddress(name))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := a.Address(t.Context(), id); err != nil || got != newAddress(name) {
		t.Errorf("Address = %q, %v", got, err)
	}
}

func identitiesUnconfirmed(t *testing.T, a IdentitiesAdapter) {
	name := newID("user")
	id, err := a.SignUp(t.Context(), name, newAddress(name))
	if err != nil {
		t.Fatal(err)
	}
	got, err := a.Address(t.Context(), id)
	if !errors.Is(err, ports.ErrNotFound) || got != "" {
		t.Fatalf("Address = %q, %v, want ErrNotFound", got, err)
	}
	if strings.Contains(err.Error(), newAddress(name)) {
		t.Error("the error has the address")
	}
	if err := a.Confirm(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	if got, err := a.Address(t.Context(), id); err != nil || got != newAddress(name) {
		t.Errorf("Address after confirmation = %q, %v", got, err)
	}
}

func identitiesUnknown(t *testing.T, a IdentitiesAdapter) {
	for _, name := range []string{newID("nobody"), "nobody' OR 1=1 --", "%"} {
		if got, err := a.Address(t.Context(), name); !errors.Is(err, ports.ErrNotFound) || got != "" {
			t.Errorf("Address(%q) = %q, %v, want ErrNotFound", name, got, err)
		}
	}
}

func identitiesEnded(t *testing.T, a IdentitiesAdapter) {
	name := newID("user")
	id, err := a.register(t.Context(), name, newAddress(name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Address(ended(t), id); err == nil {
		t.Error("Address succeeded after the context had ended")
	}
}
