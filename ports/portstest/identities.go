package portstest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sealpost/sealpost/ports"
)

// IdentitiesAdapter is a user pool and the ways in which its users come to be.
type IdentitiesAdapter struct {
	ports.Identities
	// SignUp makes a user that is not confirmed.
	SignUp func(ctx context.Context, username, address string) (userID string, err error)
	// Confirm confirms a user that signed up.
	Confirm func(ctx context.Context, username string) error
}

// register makes a confirmed user.
func (a IdentitiesAdapter) register(ctx context.Context, username, address string) (string, error) {
	userID, err := a.SignUp(ctx, username, address)
	if err != nil {
		return "", err
	}
	return userID, a.Confirm(ctx, username)
}

// all lists the confirmed users by id.
func (a IdentitiesAdapter) all(ctx context.Context) (map[string]ports.Identity, error) {
	found := map[string]ports.Identity{}
	err := a.Confirmed(ctx, func(i ports.Identity) error {
		if _, twice := found[i.UserID]; twice {
			return fmt.Errorf("user %s was visited twice", i.UserID)
		}
		found[i.UserID] = i
		return nil
	})
	return found, err
}

// Identities is the contract of [ports.Identities].
func Identities(t *testing.T, create func(*testing.T) IdentitiesAdapter) {
	shared := once(t, create)
	tests := map[string]func(*testing.T, IdentitiesAdapter){
		"a confirmed user has an address":             identitiesAddress,
		"an unconfirmed user has none":                identitiesUnconfirmed,
		"an unknown user has none":                    identitiesUnknown,
		"confirmed users are visited, others are not": identitiesConfirmed,
		"a visit's error ends the walk":               identitiesVisitError,
		"a visit may ask the pool":                    identitiesVisitAsks,
		"many users are each visited once":            identitiesMany,
		"an ended context":                            identitiesEnded,
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
	if _, err := a.register(t.Context(), name, newAddress(name)); err != nil {
		t.Fatal(err)
	}
	if got, err := a.Address(t.Context(), name); err != nil || got != newAddress(name) {
		t.Errorf("Address = %q, %v", got, err)
	}
}

func identitiesUnconfirmed(t *testing.T, a IdentitiesAdapter) {
	name := newID("user")
	if _, err := a.SignUp(t.Context(), name, newAddress(name)); err != nil {
		t.Fatal(err)
	}
	got, err := a.Address(t.Context(), name)
	if !errors.Is(err, ports.ErrNotFound) || got != "" {
		t.Fatalf("Address = %q, %v, want ErrNotFound", got, err)
	}
	if strings.Contains(err.Error(), newAddress(name)) {
		t.Error("the error has the address")
	}
	if err := a.Confirm(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	if got, err := a.Address(t.Context(), name); err != nil || got != newAddress(name) {
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

func identitiesConfirmed(t *testing.T, a IdentitiesAdapter) {
	confirmed, waiting := newID("user"), newID("user")
	id, err := a.register(t.Context(), confirmed, newAddress(confirmed))
	if err != nil {
		t.Fatal(err)
	}
	waitingID, err := a.SignUp(t.Context(), waiting, newAddress(waiting))
	if err != nil {
		t.Fatal(err)
	}
	found, err := a.all(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := found[id]; got.Username != confirmed || got.ConfirmedAt.IsZero() || got.ConfirmedAt.Location() != time.UTC {
		t.Errorf("identity %+v, want that of %s, with a time in UTC", got, confirmed)
	}
	if _, visited := found[waitingID]; visited {
		t.Error("a user that is not confirmed was visited")
	}
}

func identitiesVisitError(t *testing.T, a IdentitiesAdapter) {
	for range 2 {
		name := newID("user")
		if _, err := a.register(t.Context(), name, newAddress(name)); err != nil {
			t.Fatal(err)
		}
	}
	enough := errors.New("enough")
	visits := 0
	err := a.Confirmed(t.Context(), func(ports.Identity) error {
		visits++
		return enough
	})
	if !errors.Is(err, enough) || visits != 1 {
		t.Errorf("Confirmed = %v after %d visits, want the visit's error after one", err, visits)
	}
}

func identitiesVisitAsks(t *testing.T, a IdentitiesAdapter) {
	name := newID("user")
	if _, err := a.register(t.Context(), name, newAddress(name)); err != nil {
		t.Fatal(err)
	}
	err := a.Confirmed(t.Context(), func(i ports.Identity) error {
		if i.Username != name {
			return nil
		}
		got, err := a.Address(t.Context(), i.Username)
		if err == nil && got != newAddress(name) {
			err = errors.New("another's address")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// identitiesMany has more users than a page of Cognito's ListUsers (60).
func identitiesMany(t *testing.T, a IdentitiesAdapter) {
	const users = 130
	ids := make([]string, users)
	together(t, users, func(ctx context.Context, i int) (err error) {
		name := newID("user")
		ids[i], err = a.register(ctx, name, newAddress(name))
		return err
	})
	found, err := a.all(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if _, visited := found[id]; !visited {
			t.Errorf("user %s was not visited", id)
		}
	}
}

func identitiesEnded(t *testing.T, a IdentitiesAdapter) {
	name := newID("user")
	if _, err := a.register(t.Context(), name, newAddress(name)); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Address(ended(t), name); err == nil {
		t.Error("Address succeeded after the context had ended")
	}
	if err := a.Confirmed(ended(t), func(ports.Identity) error { return nil }); err == nil {
		t.Error("Confirmed succeeded after the context had ended")
	}
}
