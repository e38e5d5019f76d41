package keyring

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/sealpost/sealpost/ports"
)

// userKey is a user's keyset, opened.
type userKey struct {
	id   string
	aead tink.AEAD
}

// find returns the owner's key, ErrNotFound if there is none. Two callers who miss the
// cache at once both open the keyset, which does no harm.
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

// checkSample is how many keysets are tried. One that opens shows that the master
// key is the right one; there are more so that a single damaged row is one user's
// trouble and not everybody's.
const checkSample = 5

// checkMaster finds out at start, and not at the first message, that a database
// came with another master key.
func (k *Keyring) checkMaster(ctx context.Context) (err error) {
	rows, err := k.db.Read().QueryContext(ctx, `SELECT key_id, user_id, keyset FROM user_keys LIMIT ?`, checkSample)
	if err != nil {
		return fmt.Errorf("checking the master key: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	tried := 0
	for rows.Next() {
		var keyID, owner string
		var keyset []byte
		if err := rows.Scan(&keyID, &owner, &keyset); err != nil {
			return fmt.Errorf("checking the master key: %w", err)
		}
		if _, err := k.master.openKeyset(keyset, keysetContext(keyID, owner)); err == nil {
			return nil
		}
		tried++
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("checking the master key: %w", err)
	}
	if tried > 0 {
		return ErrOtherMasterKey
	}
	return nil
}
