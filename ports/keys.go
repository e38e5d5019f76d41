package ports

import "context"

// DataKey is a fresh 256-bit key for one message.
type DataKey struct {
	// KeyID is the key that encrypted Wrapped.
	KeyID string
	// Plaintext has 32 bytes. The caller wipes it after use.
	Plaintext []byte
	// Wrapped is the same key encrypted under the user's key. It is not secret.
	Wrapped []byte
}

// Caller is the caller's identity: the claims that the gateway verified, and their ID token, which the
// identity pool on AWS checks again.
type Caller struct {
	UserID   string
	Username string
	// IDToken is a secret and must not be in a log or an error.
	IDToken string
}

// EncryptionContext is bound to a wrapped key, which opens only with the same pairs. It is not secret.
// Messages have messageId, senderId and recipientId.
type EncryptionContext map[string]string

// KeyCreator creates the key of a user.
type KeyCreator interface {
	// CreateKey creates the user's key, or finds the existing one. Duplicate and concurrent calls for one
	// user all return the same id.
	CreateKey(ctx context.Context, userID string) (keyID string, err error)
}

// DataKeyGenerator creates data keys. It cannot open them.
type DataKeyGenerator interface {
	// GenerateDataKey creates a data key under the owner's key. The key service finds that key by owner.ID.
	// owner.KeyID came in an event, which can be forged, so it is used only to distinguish the owner's own
	// key from a shared one. GenerateDataKey returns ErrNotFound for an owner without a key and ErrForbidden
	// if the policy denies it. On AWS, either may also mean that the key was created within the last minutes.
	GenerateDataKey(ctx context.Context, owner User, ec EncryptionContext) (DataKey, error)
}

// DataKeyOpener opens wrapped data keys for their owner only.
type DataKeyOpener interface {
	// OpenDataKey returns the 32 bytes of the plaintext key, which the caller wipes after use. It returns
	// ErrForbidden unless keyID is the caller's key (their own or the shared one), the caller is the
	// recipientId of the encryption context, and the wrapped key was created under this key with this
	// context. The error does not say which of these failed.
	OpenDataKey(ctx context.Context, caller Caller, keyID string, wrapped []byte, ec EncryptionContext) ([]byte, error)
}
