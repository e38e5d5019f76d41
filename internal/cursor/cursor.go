// Package cursor makes the paging cursors of both backends: the position where a list
// continues, as a string that a client can keep but neither create nor alter.
//
// A client that could create a cursor could start a list anywhere, because on DynamoDB
// a position is a raw key of the table. A cursor is therefore authenticated
// (HMAC-SHA-256, RFC 2104, truncated to 128 bits). The name of the list is part of the
// authenticated data, so a cursor of one caller's inbox is invalid in every other. It
// is not encrypted, because a position says no more than the page before it.
package cursor

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/sealpost/sealpost/ports"
)

const (
	// version is the first byte of a cursor. Each layout has its own version, so that
	// one is never read as another.
	version = 1
	// macSize is the size of the truncated code. Nobody can try 2^128 cursors on a
	// server, and RFC 2104, section 5, requires at least half of the hash.
	macSize = sha256.Size / 2
	// headSize is the size of the bytes before the position.
	headSize = 1 + macSize
	// MaxLen is the most characters of a cursor, as in api/openapi.yaml. It leaves 751
	// bytes for the position.
	MaxLen = 1024
	// minKey is the shortest signing key, in bytes.
	minKey = 16
)

var (
	// ErrKey means that the signing key is too short to be secure.
	ErrKey = errors.New("cursor key has fewer than 16 bytes")
	// ErrTooLong means that a position does not fit into a cursor.
	ErrTooLong = errors.New("position does not fit into a cursor")
)

// encoding is strict, so that each cursor has only one form.
var encoding = base64.RawURLEncoding.Strict()

// Signer makes and opens cursors. It is safe for concurrent use. The zero value has no
// key and fails with [ErrKey].
type Signer struct{ key []byte }

// New returns a signer. The key is a secret of at least 16 random bytes (usually 32).
// Cursors made under another key do not open. A signer with a shorter key fails with
// [ErrKey].
func New(key []byte) Signer { return Signer{bytes.Clone(key)} }

// Seal makes the cursor of a position, any value that encoding/json can write and read.
// The scope names the list (its kind, its owner and every filter), so that the cursor
// opens only there.
func (s Signer) Seal(scope string, position any) (string, error) {
	if len(s.key) < minKey {
		return "", ErrKey
	}
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false) // escaping would turn one byte into six
	if err := enc.Encode(position); err != nil {
		return "", fmt.Errorf("writing a cursor: %w", err)
	}
	payload := bytes.TrimSuffix(body.Bytes(), []byte("\n"))
	raw := append([]byte{version}, s.mac(scope, payload)...)
	raw = append(raw, payload...)
	if encoding.EncodedLen(len(raw)) > MaxLen {
		return "", fmt.Errorf("%w: %d bytes", ErrTooLong, len(payload))
	}
	return encoding.EncodeToString(raw), nil
}

// Open reads the position of a cursor into position, a pointer. It returns
// [ports.ErrBadCursor] for every string that Seal did not make under this key and
// scope. The value of position is then undefined.
func (s Signer) Open(scope, cursor string, position any) error {
	if len(s.key) < minKey {
		return ErrKey
	}
	raw, ok := decode(cursor)
	if !ok || raw[0] != version {
		return ports.ErrBadCursor
	}
	payload := raw[headSize:]
	if !hmac.Equal(raw[1:headSize], s.mac(scope, payload)) {
		return ports.ErrBadCursor
	}
	if err := json.Unmarshal(payload, position); err != nil {
		// The cursor is ours, but another version made its position.
		return fmt.Errorf("%w: %w", ports.ErrBadCursor, err)
	}
	return nil
}

// decode returns at least a head and one byte of payload.
func decode(cursor string) ([]byte, bool) {
	if len(cursor) > MaxLen {
		return nil, false
	}
	raw, err := encoding.DecodeString(cursor)
	if err != nil || len(raw) <= headSize {
		return nil, false
	}
	// The decoder skips line breaks, which would give one cursor many forms.
	return raw, encoding.EncodedLen(len(raw)) == len(cursor)
}

// mac authenticates the payload for one scope. The scope's length comes first, so that
// no byte can move between scope and payload.
func (s Signer) mac(scope string, payload []byte) []byte {
	h := hmac.New(sha256.New, s.key)
	head := binary.BigEndian.AppendUint64([]byte{version}, uint64(len(scope)))
	h.Write(head)
	h.Write([]byte(scope))
	h.Write(payload)
	return h.Sum(nil)[:macSize]
}
