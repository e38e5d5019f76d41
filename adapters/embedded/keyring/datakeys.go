package keyring

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/sealpost/sealpost/ports"
)

// dataKeySize is in bytes: the AES-256 key of one message.
const dataKeySize = 32

// recipient is the name in the encryption context that ownership is checked by.
const recipient = "recipientId"

// GenerateDataKey implements [ports.DataKeyGenerator]. It returns ErrForbidden
// when the encryption context names another recipient than the owner, as the key
// policy does on AWS: such a data key could never be opened.
func (k *Keyring) GenerateDataKey(ctx context.Context, owner ports.User, ec ports.EncryptionContext) (ports.DataKey, error) {
	key, err := k.find(ctx, owner.ID)
	if err != nil {
		return ports.DataKey{}, fmt.Errorf("generating a data key: %w", err)
	}
	if ec[recipient] != owner.ID {
		return ports.DataKey{}, fmt.Errorf("generating a data key for another recipient than the key's owner: %w", ports.ErrForbidden)
	}
	plaintext := make([]byte, dataKeySize)
	rand.Read(plaintext) // never fails: it ends the program instead (crypto/rand)
	wrapped, err := key.aead.Encrypt(plaintext, dataKeyContext(ec))
	if err != nil {
		return ports.DataKey{}, fmt.Errorf("wrapping a data key: %w", err)
	}
	return ports.DataKey{KeyID: key.id, Plaintext: plaintext, Wrapped: wrapped}, nil
}

// errForbidden is the one answer to every caller who may not open.
var errForbidden = fmt.Errorf("opening a data key: %w", ports.ErrForbidden)

// OpenDataKey implements [ports.DataKeyOpener]. That the caller is who the claims
// say is the gateway's to check, which runs in this very process.
//
// The owner is checked twice over: by name, and because the keyset opens only
// together with the owner that it was stored for.
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
