package keyring

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// cacheSize is how many opened keysets are cached, at a few KB each. Opening one takes a query and parsing a
// keyset.
const cacheSize = 4096

// Keyring is an open keyring. It is safe for concurrent use.
type Keyring struct {
	db     *sqlite.DB
	master *MasterKey
	// opened has user keys by owner. A key never changes, so no entry gets stale.
	opened *lru.Cache[string, userKey]
}

var (
	_ ports.KeyCreator       = (*Keyring)(nil)
	_ ports.DataKeyGenerator = (*Keyring)(nil)
	_ ports.DataKeyOpener    = (*Keyring)(nil)
)

// Open opens the keyring of a database. It returns ErrOtherMasterKey if the database was opened with another
// master key before.
//
// Most callers want OpenFile, which also refuses to create a new master key in place of a missing one.
func Open(ctx context.Context, db *sqlite.DB, master *MasterKey) (*Keyring, error) {
	if err := db.Migrate(ctx, "keyring", schema...); err != nil {
		return nil, err
	}
	opened, err := lru.New[string, userKey](cacheSize)
	if err != nil {
		return nil, fmt.Errorf("making the cache of keysets: %w", err)
	}
	k := &Keyring{db: db, master: master, opened: opened}
	return k, k.checkMaster(ctx)
}

// OpenFile opens the keyring of a database under the master key in a file. It creates a missing file if the
// database was never opened with a master key, and otherwise returns ErrMasterKeyMissing: a new key could not
// open the existing keysets, and would hide the loss. Errors about the key name the file.
func OpenFile(ctx context.Context, db *sqlite.DB, masterKeyPath string) (*Keyring, error) {
	if err := db.Migrate(ctx, "keyring", schema...); err != nil {
		return nil, err
	}
	var used bool
	if err := db.Read().QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM master_key_check)`).Scan(&used); err != nil {
		return nil, fmt.Errorf("looking for a master key's traces: %w", err)
	}
	load := LoadOrCreateMasterKey
	if used {
		load = LoadMasterKey
	}
	master, err := load(masterKeyPath)
	if err != nil {
		return nil, err
	}
	k, err := Open(ctx, db, master)
	if errors.Is(err, ErrOtherMasterKey) {
		err = fmt.Errorf("%s: %w", masterKeyPath, err)
	}
	return k, err
}

// CreateKey implements [ports.KeyCreator].
func (k *Keyring) CreateKey(ctx context.Context, userID string) (string, error) {
	if userID == "" {
		return "", errors.New("creating a key: the user id is empty")
	}
	var keyID string
	err := k.db.Read().QueryRowContext(ctx, `SELECT key_id FROM user_keys WHERE user_id = ?`, userID).Scan(&keyID)
	if err == nil || !errors.Is(err, sql.ErrNoRows) {
		return keyID, wrap("looking for the key", err)
	}
	// The id does not identify the user, and a user who registers again gets a different one.
	mine := "key-" + strings.ToLower(rand.Text())
	keyset, err := k.master.newKeyset(keysetContext(mine, userID))
	if err != nil {
		return "", err
	}
	err = k.db.Write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`INSERT INTO user_keys (key_id, user_id, keyset) VALUES (?, ?, ?)
			ON CONFLICT (user_id) DO NOTHING`, mine, userID, keyset); err != nil {
			return err
		}
		// The first of concurrent calls stored the key; the other keysets are discarded.
		return tx.QueryRow(`SELECT key_id FROM user_keys WHERE user_id = ?`, userID).Scan(&keyID)
	})
	return keyID, wrap("storing a key", err)
}

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}
