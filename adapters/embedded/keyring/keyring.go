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

// cacheSize is how many opened keysets are kept. Opening one takes a query and
// the parsing of a keyset, which the recipients of most messages need not wait
// for; a kept one takes a few KB.
const cacheSize = 4096

// Keyring is an open keyring. It is safe for concurrent use.
type Keyring struct {
	db     *sqlite.DB
	master *MasterKey
	// opened has user keys by owner. A key never changes once it is made, so
	// nothing here gets stale.
	opened *lru.Cache[string, userKey]
}

var (
	_ ports.KeyCreator       = (*Keyring)(nil)
	_ ports.DataKeyGenerator = (*Keyring)(nil)
	_ ports.DataKeyOpener    = (*Keyring)(nil)
)

// Open opens the keyring of a database. It returns ErrOtherMasterKey when the database
// was opened with another master key before.
//
// Most callers want OpenFile, which also refuses to create a new master key where an old
// one is missing.
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

// OpenFile opens the keyring of a database under the master key in a file. The file is
// created if there is none and the database was never opened with a master key; if it
// was, a missing file is ErrMasterKeyMissing: a new key could not open what the lost one
// closed, and would hide that it is lost. Errors about the key name the file.
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
	// The id does not tell whose key it is, and a user who is registered anew gets
	// another one.
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
		// Whoever came first made the key; a keyset that lost is forgotten.
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
