package keyring_test

import (
	"path/filepath"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/keyring"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

func openDB(tb testing.TB, path string) *sqlite.DB {
	tb.Helper()
	db, err := sqlite.Open(tb.Context(), path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return db
}

func newMaster(tb testing.TB) *keyring.MasterKey {
	tb.Helper()
	master, err := keyring.LoadOrCreateMasterKey(filepath.Join(tb.TempDir(), "master.key"))
	if err != nil {
		tb.Fatal(err)
	}
	return master
}

// newKeyring also returns the database and the master key, to look behind it.
func newKeyring(tb testing.TB) (*keyring.Keyring, *sqlite.DB, *keyring.MasterKey) {
	tb.Helper()
	db, master := openDB(tb, filepath.Join(tb.TempDir(), "sealpost.db")), newMaster(tb)
	return reopen(tb, db, master), db, master
}

func reopen(tb testing.TB, db *sqlite.DB, master *keyring.MasterKey) *keyring.Keyring {
	tb.Helper()
	k, err := keyring.Open(tb.Context(), db, master)
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

func createKey(tb testing.TB, k ports.KeyCreator, userID string) (keyID string) {
	tb.Helper()
	keyID, err := k.CreateKey(tb.Context(), userID)
	if err != nil {
		tb.Fatal(err)
	}
	return keyID
}

func generate(tb testing.TB, k ports.DataKeyGenerator, owner string) ports.DataKey {
	tb.Helper()
	key, err := k.GenerateDataKey(tb.Context(), ports.User{ID: owner}, contextFor(owner))
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

func contextFor(owner string) ports.EncryptionContext {
	return ports.EncryptionContext{"messageId": "01JDEXAMPLE0000000000000AB", "senderId": "sender", "recipientId": owner}
}

func exec(tb testing.TB, db *sqlite.DB, query string, args ...any) {
	tb.Helper()
	err := db.Write(tb.Context(), func(tx *sqlite.Tx) error {
		n, err := tx.Exec(query, args...)
		if n == 0 && err == nil {
			tb.Errorf("%s: no row changed", query)
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
}
