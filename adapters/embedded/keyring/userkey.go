package keyring

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

type userKey struct {
	id   string
	aead tink.AEAD
}

// find returns the owner's key, or ErrNotFound. Concurrent cache misses both open the keyset, which is
// harmless.
func (k *Keyring) find(ctx context.Context, owner string) (userKey, error) {
	if found, ok := k.opened.Get(owner); ok {
		return found, nil
	}
	var keyID string
	var keyset []byte
	err := k.db.Read().QueryRowContext(ctx, `SELECT key_id, keyset FROM user_keys WHERE user_id = ?`, owner).Scan(&keyID, &keyset)
	if errors.Is(err, sql.ErrNoRows) {
		return userKey{}, fmt.Errorf("key of user %q: %w", owner, ports.ErrNotFound)
	}
	if err != nil {
		return userKey{}, fmt.Errorf("reading the key of user %q: %w", owner, err)
	}
	aead, err := k.master.openKeyset(keyset, keysetContext(keyID, owner))
	if err != nil {
		return userKey{}, fmt.Errorf("opening the keyset of key %q: %w", keyID, err)
	}
	found := userKey{keyID, aead}
	k.opened.Add(owner, found)
	return found, nil
}

// checkContext separates the check value from other data under the master key.
var checkContext = []byte("sealpost keyring master key check v1")

// checkMaster detects a wrong master key at start instead of at the first message. The first start stores the
// check value.
func (k *Keyring) checkMaster(ctx context.Context) error {
	mine, err := k.master.aead.Encrypt(nil, checkContext)
	if err != nil {
		return fmt.Errorf("checking the master key: %w", err)
	}
	var kept []byte
	err = k.db.Write(ctx, func(tx *sqlite.Tx) error {
		if _, err := tx.Exec(`INSERT INTO master_key_check (id, sealed) VALUES (1, ?) ON CONFLICT DO NOTHING`, mine); err != nil {
			return err
		}
		return tx.QueryRow(`SELECT sealed FROM master_key_check`).Scan(&kept)
	})
	if err != nil {
		return fmt.Errorf("checking the master key: %w", err)
	}
	if _, err := k.master.aead.Decrypt(kept, checkContext); err != nil {
		return ErrOtherMasterKey
	}
	return nil
}
