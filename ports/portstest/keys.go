package portstest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"

	"github.com/sealpost/sealpost/ports"
)

// KeysAdapter is a key service: it creates users' keys, and generates and opens data keys.
type KeysAdapter struct {
	ports.KeyCreator
	ports.DataKeyGenerator
	ports.DataKeyOpener
	// SignIn returns the claims of a user, with a token if the adapter needs one. If it is nil, the only
	// claim is the user id.
	SignIn func(ctx context.Context, userID string) (ports.Caller, error)
}

// Keys is the contract of [ports.KeyCreator], [ports.DataKeyGenerator] and [ports.DataKeyOpener].
//
// On AWS the key policy ensures that a key opens only for its owner, and emulators do not enforce policies.
// This suite holds with and without the policy, which has its own tests (terraform/policies).
func Keys(t *testing.T, create func(*testing.T) KeysAdapter) {
	shared := once(t, create)
	tests := map[string]func(*testing.T, KeysAdapter){
		"a user has one key":                           keysOnePerUser,
		"concurrent creations return one key":          keysConcurrentCreation,
		"an empty user id has no key":                  keysEmptyUser,
		"the owner opens a data key":                   keysRoundTrip,
		"every data key is fresh":                      keysFresh,
		"a data key of a user without a key":           keysUnknown,
		"only the owner opens":                         keysOtherCaller,
		"another context does not open":                keysOtherContext,
		"another key does not open":                    keysOtherKey,
		"a forged event does not change the key":       keysForgedEvent,
		"a changed wrapped key does not open":          keysTampered,
		"concurrent callers create and open data keys": keysTogether,
		"an ended context creates no key":              keysEnded,
		"the arguments of a call are left as given":    keysArguments,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, shared())
		})
	}
}

// message is a user with a key, and a data key for a message to that user.
type message struct {
	owner, keyID string
	ec           ports.EncryptionContext
	key          ports.DataKey
}

func newMessage(t *testing.T, keys KeysAdapter) message {
	t.Helper()
	m, err := makeMessage(t.Context(), keys, newID("user"))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func makeMessage(ctx context.Context, keys KeysAdapter, owner string) (m message, err error) {
	m = message{owner: owner, ec: contextOf(owner)}
	if m.keyID, err = keys.CreateKey(ctx, owner); err != nil {
		return m, fmt.Errorf("creating a key: %w", err)
	}
	if m.key, err = keys.GenerateDataKey(ctx, m.recipient(), m.ec); err != nil {
		return m, fmt.Errorf("generating a data key: %w", err)
	}
	return m, nil
}

// recipient returns the owner as the user directory would.
func (m message) recipient() ports.User { return ports.User{ID: m.owner, KeyID: m.keyID} }

func contextOf(owner string) ports.EncryptionContext {
	return ports.EncryptionContext{"messageId": newULID(1), "senderId": newID("user"), "recipientId": owner}
}

// open is [ports.DataKeyOpener] for a user.
func (k KeysAdapter) open(ctx context.Context, userID, keyID string, wrapped []byte, ec ports.EncryptionContext) ([]byte, error) {
	caller := ports.Caller{UserID: userID}
	if k.SignIn != nil {
		var err error
		if caller, err = k.SignIn(ctx, userID); err != nil {
			return nil, fmt.Errorf("signing in: %w", err)
		}
	}
	return k.OpenDataKey(ctx, caller, keyID, wrapped, ec)
}

func opens(ctx context.Context, keys KeysAdapter, m message) error {
	got, err := keys.open(ctx, m.owner, m.keyID, m.key.Wrapped, m.ec)
	if err != nil {
		return fmt.Errorf("the owner: %w", err)
	}
	if !bytes.Equal(got, m.key.Plaintext) {
		return errors.New("the owner opened another key than was generated")
	}
	return nil
}

// forbidden checks that a call returned only ErrForbidden.
func forbidden(t *testing.T, what string, got []byte, err error) {
	t.Helper()
	if !errors.Is(err, ports.ErrForbidden) {
		t.Errorf("%s: error %v, want ErrForbidden", what, err)
	}
	if got != nil {
		t.Errorf("%s: %d bytes with the error", what, len(got))
	}
}

func keysOnePerUser(t *testing.T, keys KeysAdapter) {
	users := map[string]string{}
	for range 3 {
		user := newID("user")
		for try := range 3 {
			keyID, err := keys.CreateKey(t.Context(), user)
			if err != nil {
				t.Fatal(err)
			}
			if keyID == "" {
				t.Fatal("the key has no id")
			}
			if try > 0 && users[keyID] != user {
				t.Errorf("call %d returned another key", try+1)
			}
			if other, taken := users[keyID]; taken && other != user {
				t.Errorf("%s and %s have the same key", user, other)
			}
			users[keyID] = user
		}
	}
}

func keysConcurrentCreation(t *testing.T, keys KeysAdapter) {
	user := newID("user")
	ids := make([]string, racers)
	together(t, racers, func(ctx context.Context, i int) (err error) {
		ids[i], err = keys.CreateKey(ctx, user)
		return err
	})
	after, err := keys.CreateKey(t.Context(), user)
	if err != nil {
		t.Fatal(err)
	}
	for i, id := range ids {
		if id != after {
			t.Errorf("call %d got key %s, later ones get %s", i, id, after)
		}
	}
}

func keysEmptyUser(t *testing.T, keys KeysAdapter) {
	if keyID, err := keys.CreateKey(t.Context(), ""); err == nil {
		t.Errorf("created key %s without a user", keyID)
	}
}

func keysRoundTrip(t *testing.T, keys KeysAdapter) {
	m := newMessage(t, keys)
	if len(m.key.Plaintext) != 32 {
		t.Errorf("a data key of %d bytes", len(m.key.Plaintext))
	}
	if bytes.Contains(m.key.Wrapped, m.key.Plaintext) {
		t.Error("the wrapped key shows the data key")
	}
	for range 2 { // a message may be fetched twice
		if err := opens(t.Context(), keys, m); err != nil {
			t.Error(err)
		}
	}
}

func keysFresh(t *testing.T, keys KeysAdapter) {
	m := newMessage(t, keys)
	seen := map[string]bool{string(m.key.Plaintext): true, string(m.key.Wrapped): true}
	for range 20 {
		key, err := keys.GenerateDataKey(t.Context(), m.recipient(), m.ec)
		if err != nil {
			t.Fatal(err)
		}
		if seen[string(key.Plaintext)] || seen[string(key.Wrapped)] {
			t.Fatal("a data key came twice")
		}
		seen[string(key.Plaintext)], seen[string(key.Wrapped)] = true, true
	}
}

func keysUnknown(t *testing.T, keys KeysAdapter) {
	m := newMessage(t, keys)
	stranger := newID("user")
	key, err := keys.GenerateDataKey(t.Context(), ports.User{ID: stranger, KeyID: m.keyID}, contextOf(stranger))
	if !errors.Is(err, ports.ErrNotFound) || key.Plaintext != nil || key.Wrapped != nil {
		t.Errorf("generating: error %v, want ErrNotFound and no key", err)
	}
	for _, keyID := range []string{"", "no-such-key", m.keyID} {
		got, err := keys.open(t.Context(), stranger, keyID, m.key.Wrapped, contextOf(stranger))
		forbidden(t, "opening", got, err)
	}
}

// keysOtherCaller has a user who knows everything about a message but is not its recipient.
func keysOtherCaller(t *testing.T, keys KeysAdapter) {
	m, mallory := newMessage(t, keys), newMessage(t, keys)
	theirs := ports.EncryptionContext{"messageId": m.ec["messageId"], "senderId": m.ec["senderId"], "recipientId": mallory.owner}
	for what, ec := range map[string]ports.EncryptionContext{"with its context": m.ec, "as recipient": theirs} {
		for _, keyID := range []string{m.keyID, mallory.keyID} {
			got, err := keys.open(t.Context(), mallory.owner, keyID, m.key.Wrapped, ec)
			forbidden(t, "another user, "+what, got, err)
		}
	}
	got, err := keys.OpenDataKey(t.Context(), ports.Caller{}, m.keyID, m.key.Wrapped, m.ec)
	forbidden(t, "no user", got, err)
	got, err = keys.OpenDataKey(t.Context(), ports.Caller{}, m.keyID, m.key.Wrapped, nil)
	forbidden(t, "no user, no recipient", got, err)
	if err := opens(t.Context(), keys, m); err != nil {
		t.Errorf("after the attempts: %v", err)
	}
}

func keysOtherContext(t *testing.T, keys KeysAdapter) {
	m := newMessage(t, keys)
	message, sender, owner := m.ec["messageId"], m.ec["senderId"], m.owner
	for what, ec := range map[string]ports.EncryptionContext{
		"none":              nil,
		"empty":             {},
		"the recipient":     {"recipientId": owner},
		"without sender":    {"messageId": message, "recipientId": owner},
		"another message":   {"messageId": newULID(2), "senderId": sender, "recipientId": owner},
		"another sender":    {"messageId": message, "senderId": owner, "recipientId": owner},
		"another recipient": {"messageId": message, "senderId": sender, "recipientId": sender},
		"swapped values":    {"messageId": sender, "senderId": message, "recipientId": owner},
		"other names":       {"messageid": message, "senderid": sender, "recipientId": owner},
		"one more":          {"messageId": message, "senderId": sender, "recipientId": owner, "x": "y"},
		"other boundaries":  {"messageId": message + sender[:1], "senderId": sender[1:], "recipientId": owner},
		"another case":      {"messageId": message, "senderId": "User" + sender[4:], "recipientId": owner},
	} {
		got, err := keys.open(t.Context(), owner, m.keyID, m.key.Wrapped, ec)
		forbidden(t, what, got, err)
	}
}

// keysOtherKey checks that the wrapped key alone does not select the key that opens it.
func keysOtherKey(t *testing.T, keys KeysAdapter) {
	m, other := newMessage(t, keys), newMessage(t, keys)
	got, err := keys.open(t.Context(), m.owner, other.keyID, m.key.Wrapped, m.ec)
	forbidden(t, "own blob, another user's key", got, err)
	got, err = keys.open(t.Context(), m.owner, m.keyID, other.key.Wrapped, m.ec)
	forbidden(t, "another user's blob, own key", got, err)
}

// keysForgedEvent uses a UserKeyCreated that names another user's key, or a key that does not exist.
func keysForgedEvent(t *testing.T, keys KeysAdapter) {
	m, mallory := newMessage(t, keys), newMessage(t, keys)
	for _, forged := range []string{mallory.keyID, "no-such-key", ""} {
		key, err := keys.GenerateDataKey(t.Context(), ports.User{ID: m.owner, KeyID: forged}, m.ec)
		if err != nil {
			t.Fatalf("KeyID %q: %v", forged, err)
		}
		if key.KeyID != m.keyID {
			t.Errorf("KeyID %q: sealed under %s, want the owner's key %s", forged, key.KeyID, m.keyID)
		}
		got, err := keys.open(t.Context(), m.owner, key.KeyID, key.Wrapped, m.ec)
		if err != nil || !bytes.Equal(got, key.Plaintext) {
			t.Errorf("KeyID %q: the owner does not open it: %v", forged, err)
		}
		got, err = keys.open(t.Context(), mallory.owner, mallory.keyID, key.Wrapped, m.ec)
		forbidden(t, "the owner of the key that the event named", got, err)
	}
}

func keysTampered(t *testing.T, keys KeysAdapter) {
	m := newMessage(t, keys)
	n := len(m.key.Wrapped)
	changed := map[string][]byte{
		"nothing": nil, "empty": {}, "one byte": {0}, "the plaintext": m.key.Plaintext, "zeros": make([]byte, n),
		"cut": m.key.Wrapped[:n-1], "cut in front": m.key.Wrapped[1:], "half": m.key.Wrapped[:n/2],
		"longer": append(bytes.Clone(m.key.Wrapped), 0), "twice": bytes.Repeat(m.key.Wrapped, 2),
	}
	for _, at := range []int{n / 3, n / 2, n - 17, n - 1} {
		flipped := bytes.Clone(m.key.Wrapped)
		flipped[at] ^= 1
		changed[fmt.Sprintf("a bit of byte %d of %d", at, n)] = flipped
	}
	for what, wrapped := range changed {
		got, err := keys.open(t.Context(), m.owner, m.keyID, wrapped, m.ec)
		forbidden(t, what, got, err)
	}
}

func keysTogether(t *testing.T, keys KeysAdapter) {
	users := []string{newID("user"), newID("user"), newID("user")}
	together(t, 4*racers, func(ctx context.Context, i int) error {
		m, err := makeMessage(ctx, keys, users[i%len(users)])
		if err != nil {
			return err
		}
		return opens(ctx, keys, m)
	})
}

func keysEnded(t *testing.T, keys KeysAdapter) {
	user := newID("user")
	if keyID, err := keys.CreateKey(ended(t), user); err == nil {
		t.Errorf("created key %s after the context had ended", keyID)
	}
	m, err := makeMessage(t.Context(), keys, user) // a retry is equivalent
	if err != nil {
		t.Fatal(err)
	}
	if err := opens(t.Context(), keys, m); err != nil {
		t.Error(err)
	}
}

func keysArguments(t *testing.T, keys KeysAdapter) {
	m := newMessage(t, keys)
	ec := maps.Clone(m.ec)
	var err error
	if m.key, err = keys.GenerateDataKey(t.Context(), m.recipient(), m.ec); err != nil {
		t.Fatal(err)
	}
	wrapped := bytes.Clone(m.key.Wrapped)
	got, err := keys.open(t.Context(), m.owner, m.keyID, m.key.Wrapped, m.ec)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(wrapped, m.key.Wrapped) || !maps.Equal(ec, m.ec) {
		t.Error("a call changed its arguments")
	}
	// The caller wipes the result, so the adapter must not share it.
	clear(got)
	if err := opens(t.Context(), keys, m); err != nil {
		t.Errorf("after the first answer was wiped: %v", err)
	}
}
