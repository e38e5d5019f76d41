package seal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"
)

// MaxID is the longest id in bytes. Events allow 64 characters, each of at most four bytes in UTF-8.
const MaxID = 256

// ErrContext means that an id of a context is missing, too long, or not UTF-8.
var ErrContext = errors.New("bad encryption context")

// Context identifies the message that a body belongs to. It is bound twice: the key service binds Map to the
// wrapped key, and Seal binds the ids to the ciphertext. It is not secret.
type Context struct {
	MessageID   string
	SenderID    string
	RecipientID string
}

// Map returns the context as pairs for the key service. Key policies use the name "recipientId".
func (c Context) Map() map[string]string {
	return map[string]string{
		"messageId":   c.MessageID,
		"senderId":    c.SenderID,
		"recipientId": c.RecipientID,
	}
}

// Validate returns ErrContext unless all three ids are set, have at most MaxID bytes, and are valid UTF-8.
// The key service gets the ids as JSON, where two different invalid ids could become the same text.
func (c Context) Validate() error {
	return errors.Join(
		validID("messageId", c.MessageID),
		validID("senderId", c.SenderID),
		validID("recipientId", c.RecipientID))
}

func validID(name, id string) error {
	switch {
	case id == "":
		return fmt.Errorf("%w: %s is missing", ErrContext, name)
	case len(id) > MaxID:
		return fmt.Errorf("%w: %s has more than %d bytes", ErrContext, name, MaxID)
	case !utf8.ValidString(id):
		return fmt.Errorf("%w: %s is not valid UTF-8", ErrContext, name)
	}
	return nil
}

// associatedData encodes a valid context. Each id is preceded by its length, so no two contexts have the same
// encoding.
func (c Context) associatedData(version byte) []byte {
	b := make([]byte, 0, 1+3*2+len(c.MessageID)+len(c.SenderID)+len(c.RecipientID))
	b = append(b, version)
	for _, id := range []string{c.MessageID, c.SenderID, c.RecipientID} {
		b = binary.BigEndian.AppendUint16(b, uint16(len(id))) //nolint:gosec // Validate: at most MaxID
		b = append(b, id...)
	}
	return b
}
