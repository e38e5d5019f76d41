package ports

import "context"

// DataKey is a fresh 256-bit key for one message.
type DataKey struct {
	// KeyID is the key that Wrapped was made under.
	KeyID string
	// Plaintext has 32 bytes, which the caller wipes after use.
	Plaintext []byte
	// Wrapped is the same key encrypted under the user's key. It is not secret.
	Wrapped []byte
}

// Caller is who asks: the claims that the gateway verified, and the ID token
// that they came in. An adapter that trusts nobody's word (AWS: the identity
// pool) checks the token again.
type Caller struct {
	UserID   string
	Username string
	// IDToken is a secret: it never goes into a log or an error.
	IDToken string
}

// EncryptionContext is bound to a wrapped key: opening it needs the same pairs.
// It is not secret. Messages have messageId, senderId and recipientId.
type EncryptionContext map[string]string

// KeyCreator creates the key of a user.
type KeyCreator interface {
	// CreateKey creates the user's key, or finds the one that was made before:
	// duplicate and concurrent calls for one user all return the same id.
	CreateKey(ctx context.Context, userID string) (keyID string, err error)
}

// DataKeyGenerator makes data keys. It cannot open any.
type DataKeyGenerator interface {
	// GenerateDataKey makes a data key under the owner's key. The key service finds
	// that key by owner.ID: owner.KeyID came in an event, which can be forged, and
	// only tells a key of the owner's own from a shared one. It returns ErrNotFound
	// for an owner without a key and ErrForbidden when the policy denies it; on AWS
	// either may also mean that the key was made within the last minutes.
	GenerateDataKey(ctx context.Context, owner User, ec EncryptionContext) (DataKey, error)
}

// DataKeyOpener opens wrapped data keys for their owner alone.
type DataKeyOpener interface {
	// OpenDataKey returns the 32 bytes of the plaintext key, which the caller
	// wipes after use. It returns ErrForbidden unless keyID is the key of the caller
	// (their own or the shared one), and the caller is the recipientId of the encryption context, and also when the wrapped key
	// is not one that was made under this key with this very context: the error does
	// not say which.
	OpenDataKey(ctx context.Context, caller Caller, keyID string, wrapped []byte, ec EncryptionContext) ([]byte, error)
}
