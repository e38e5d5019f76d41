package keyring_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/keyring"
	"github.com/sealpost/sealpost/ports"
)

func TestKeysSurviveARestart(t *testing.T) {
	t.Parallel()
	path, master := filepath.Join(t.TempDir(), "sealpost.db"), newMaster(t)
	db := openDB(t, path)
	k := reopen(t, db, master)
	keyID := createKey(t, k, "ann")
	key := generate(t, k, "ann")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	k = reopen(t, openDB(t, path), master)
	if again := createKey(t, k, "ann"); again != keyID {
		t.Errorf("after the restart the key is %s, before it was %s", again, keyID)
	}
	got, err := k.OpenDataKey(t.Context(), ports.Caller{UserID: "ann"}, keyID, key.Wrapped, contextFor("ann"))
	if err != nil || !bytes.Equal(got, key.Plaintext) {
		t.Errorf("opened %x, want %x: %v", got, key.Plaintext, err)
	}
}

// TestTwoKeyringsOnOneDatabase stands for two processes.
func TestTwoKeyringsOnOneDatabase(t *testing.T) {
	t.Parallel()
	path, master := filepath.Join(t.TempDir(), "sealpost.db"), newMaster(t)
	rings := []*keyring.Keyring{reopen(t, openDB(t, path), master), reopen(t, openDB(t, path), master)}
	for user := range 10 {
		ids := make([]string, 8)
		errs := make([]error, len(ids))
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() { ids[i], errs[i] = rings[i%2].CreateKey(t.Context(), fmt.Sprint("user-", user)) })
		}
		wg.Wait()
		for i, id := range ids {
			if errs[i] != nil || id != ids[0] {
				t.Fatalf("user %d: keys %q, errors %v", user, ids, errs)
			}
		}
	}
}

func TestOtherMasterKeyIsRefused(t *testing.T) {
	t.Parallel()
	k, db, master := newKeyring(t)
	other := newMaster(t)
	if _, err := keyring.Open(t.Context(), db, other); !errors.Is(err, keyring.ErrOtherMasterKey) {
		t.Errorf("opened before the first key with another master key: %v", err)
	}
	createKey(t, k, "ann")
	if _, err := keyring.Open(t.Context(), db, other); !errors.Is(err, keyring.ErrOtherMasterKey) {
		t.Errorf("opened with another master key: %v", err)
	}
	reopen(t, db, master)
}

func TestOneDamagedKeyIsOneUsersTrouble(t *testing.T) {
	t.Parallel()
	k, db, master := newKeyring(t)
	users := []string{"ann", "bob", "cat"}
	for _, user := range users {
		createKey(t, k, user)
	}
	exec(t, db, `UPDATE user_keys SET keyset = substr(keyset, 1, length(keyset) / 2) WHERE user_id = 'bob'`)
	k = reopen(t, db, master)
	for _, user := range users {
		_, err := k.GenerateDataKey(t.Context(), ports.User{ID: user}, contextFor(user))
		if (err != nil) != (user == "bob") {
			t.Errorf("%s: %v", user, err)
		}
		if errors.Is(err, ports.ErrNotFound) || errors.Is(err, ports.ErrForbidden) {
			t.Errorf("a damaged key looks like the caller's mistake: %v", err)
		}
	}
}

// TestDatabaseCannotGiveKeysAway has an attacker who may write to the database and
// does not have the master key.
func TestDatabaseCannotGiveKeysAway(t *testing.T) {
	t.Parallel()
	for name, theft := range map[string]string{
		"the owner's name changed": `UPDATE user_keys SET user_id = 'mallory' WHERE user_id = 'ann'`,
		"the keyset copied":        `UPDATE user_keys SET keyset = (SELECT keyset FROM user_keys WHERE user_id = 'ann') WHERE user_id = 'mallory'`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, db, _ := newKeyring(t)
			annsKey := createKey(t, k, "ann")
			wrapped := generate(t, k, "ann").Wrapped
			if name == "the keyset copied" {
				createKey(t, k, "mallory")
			}
			exec(t, db, theft)
			k.Forget()
			for _, keyID := range []string{annsKey, createKey(t, k, "mallory")} {
				for _, ec := range []ports.EncryptionContext{contextFor("ann"), contextFor("mallory")} {
					got, err := k.OpenDataKey(t.Context(), ports.Caller{UserID: "mallory"}, keyID, wrapped, ec)
					if err == nil || got != nil {
						t.Errorf("mallory opened %x", got)
					}
				}
			}
		})
	}
}

func TestDataKeyForSomebodyElseIsRefused(t *testing.T) {
	t.Parallel()
	k, _, _ := newKeyring(t)
	createKey(t, k, "ann")
	for _, ec := range []ports.EncryptionContext{nil, {}, contextFor("bob"), contextFor(""), {"messageId": "m", "senderId": "ann"}} {
		key, err := k.GenerateDataKey(t.Context(), ports.User{ID: "ann"}, ec)
		if !errors.Is(err, ports.ErrForbidden) || key.Plaintext != nil || key.Wrapped != nil {
			t.Errorf("%v: %v", ec, err)
		}
	}
}

// TestOwnerAndRecipientAreBothChecked has data keys that GenerateDataKey would not
// make: OpenDataKey does not rely on that.
func TestOwnerAndRecipientAreBothChecked(t *testing.T) {
	t.Parallel()
	k, _, _ := newKeyring(t)
	annsKey := createKey(t, k, "ann")
	dataKey := bytes.Repeat([]byte{7}, 32)
	forMallory, err := k.WrapUnchecked(t.Context(), "ann", dataKey, contextFor("mallory"))
	if err != nil {
		t.Fatal(err)
	}
	short, err := k.WrapUnchecked(t.Context(), "ann", dataKey[:31], contextFor("ann"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		what, caller string
		wrapped      []byte
		ec           ports.EncryptionContext
	}{
		{"the recipient does not own the key", "mallory", forMallory, contextFor("mallory")},
		{"the owner is not the recipient", "ann", forMallory, contextFor("mallory")},
		{"what is wrapped is no data key", "ann", short, contextFor("ann")},
	} {
		got, err := k.OpenDataKey(t.Context(), ports.Caller{UserID: tt.caller}, annsKey, tt.wrapped, tt.ec)
		if !errors.Is(err, ports.ErrForbidden) || got != nil {
			t.Errorf("%s: %x, %v", tt.what, got, err)
		}
	}
}

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	k, _, _ := newKeyring(t)
	k.KeepOnly(2)
	ids := map[string]string{}
	for i := range 6 {
		user := fmt.Sprint("user-", i)
		ids[user] = createKey(t, k, user)
	}
	for range 2 {
		for user, id := range ids {
			key := generate(t, k, user)
			got, err := k.OpenDataKey(t.Context(), ports.Caller{UserID: user}, id, key.Wrapped, contextFor(user))
			if err != nil || !bytes.Equal(got, key.Plaintext) {
				t.Errorf("%s: %x, %v", user, got, err)
			}
		}
	}
	if k.Kept() != 2 {
		t.Errorf("%d keysets are kept, not 2", k.Kept())
	}
}

// TestFailuresAreNotRefusals asserts that a database that is gone makes errors
// worth a retry, and not the answer that a caller may not.
func TestFailuresAreNotRefusals(t *testing.T) {
	t.Parallel()
	k, db, master := newKeyring(t)
	keyID := createKey(t, k, "ann")
	wrapped := generate(t, k, "ann").Wrapped
	k.Forget()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	_, createErr := k.CreateKey(t.Context(), "bob")
	_, generateErr := k.GenerateDataKey(t.Context(), ports.User{ID: "ann"}, contextFor("ann"))
	_, openErr := k.OpenDataKey(t.Context(), ports.Caller{UserID: "ann"}, keyID, wrapped, contextFor("ann"))
	_, startErr := keyring.Open(t.Context(), db, master)
	_, fileErr := keyring.OpenFile(t.Context(), db, filepath.Join(t.TempDir(), "master.key"))
	for what, err := range map[string]error{
		"create": createErr, "generate": generateErr, "open": openErr, "start": startErr, "start with a file": fileErr,
	} {
		if err == nil || errors.Is(err, ports.ErrForbidden) || errors.Is(err, ports.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestEndedContext(t *testing.T) {
	t.Parallel()
	k, _, _ := newKeyring(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := k.CreateKey(ctx, "ann"); !errors.Is(err, context.Canceled) {
		t.Errorf("CreateKey: %v", err)
	}
}
