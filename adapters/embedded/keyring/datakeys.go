package keyring

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/sealpost/sealpost/ports"
)

// dataKeySize is the length in bytes of a message's AES-256-GCM key.
const dataKeySize = 32

// recipient is the name of the owner in the encryption context.
const recipient = "recipientId"

// GenerateDataKey implements [ports.DataKeyGenerator]. Like the key policy on AWS, it returns ErrForbidden if
// the encryption context names another recipient than the owner, because such a data key could never be
// opened.
func (k *Keyring) GenerateDataKey(ctx context.Context, owner ports.User, ec ports.EncryptionContext) (ports.DataKey, error) {
	key, err := k.find(ctx, owner.ID)
	if err != nil {
		return ports.DataKey{}, fmt.Errorf("generating a data key: %w", err)
	}
	if ec[recipient] != owner.ID {
		return ports.DataKey{}, fmt.Errorf("generating a data key for another recipient than the key's owner: %w", ports.ErrForbidden)
	}
	plaintext := make([]byte, dataKeySize)
	rand.Read(plaintext) // never fails; crypto/rand ends the program instead
	wrapped, err := key.aead.Encrypt(plaintext, dataKeyContext(ec))
	if err != nil {
		return ports.DataKey{}, fmt.Errorf("wrapping a data key: %w", err)
	}
	return ports.DataKey{KeyID: key.id, Plaintext: plaintext, Wrapped: wrapped}, nil
}

// errForbidden is the same for every caller who may not open.
var errForbidden = fmt.Errorf("opening a data key: %w", ports.ErrForbidden)

// OpenDataKey implements [ports.DataKeyOpener]. It trusts the claims, which the gateway verified in the same
// process.
//
// The owner is checked twice: by name, and as associated data of the stored keyset.
func (k *Keyring) OpenDataKey(ctx context.Context, caller ports.Caller, keyID string, wrapped []byte, ec ports.EncryptionContext) ([]byte, error) {
	if caller.UserID == "" || ec[recipient] != caller.UserID {
		return nil, errForbidden
	}
	key, err := k.find(ctx, caller.UserID)
	if errors.Is(err, ports.ErrNotFound) {
		return nil, errForbidden
	}
	if err != nil {
		return nil, fmt.Errorf("opening a data key: %w", err)
	}
	if key.id != keyID {
		return nil, errForbidden
	}
	plaintext, err := key.aead.Decrypt(wrapped, dataKeyContext(ec))
	if err != nil || len(plaintext) != dataKeySize {
		return nil, errForbidden
	}
	return plaintext, nil
}
