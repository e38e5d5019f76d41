// Package cursor makes the paging cursors of both homes: where a list goes on,
// as a string that a client can carry but neither make nor alter.
//
// A client that could write its own cursor could start a list anywhere, which in
// DynamoDB is a raw key of the table. A cursor is therefore authenticated
// (HMAC-SHA-256, RFC 2104, truncated to 128 bits), and the name of the list that
// it was made for goes into the code: the cursor of one caller's inbox opens in
// no other's. It is not encrypted: a position says no more than the page that
// ended there.
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
	// version is the first byte of a cursor. Another layout gets another version,
	// so that no cursor is ever taken for one of the other kind.
	version = 1
	// macSize is that of the truncated code: nobody can try 2^128 cursors on a
	// server, and RFC 2104, section 5, asks for no less than half of the hash.
	macSize = sha256.Size / 2
	// headSize is what stands before the position.
	headSize = 1 + macSize
	// MaxLen is the most characters that a cursor has: what api/openapi.yaml
	// admits. It leaves 751 bytes for the position.
	MaxLen = 1024
	// minKey is the least that a signing key has, in bytes.
	minKey = 16
)

var (
	// ErrKey means that the signing key is too short to keep anybody out.
	ErrKey = errors.New("cursor key has fewer than 16 bytes")
	// ErrTooLong means that a position does not fit into a cursor.
	ErrTooLong = errors.New("position does not fit into a cursor")
)

// encoding is strict, so that a cursor has one form only.
var encoding = base64.RawURLEncoding.Strict()

// Signer makes and opens cursors. It is safe for concurrent use. The zero value
// has no key and refuses to do either.
type Signer struct{ key []byte }

// New makes a signer. The key is a secret of at least 16 random bytes (32 are
// usual); cursors made under another key do not open. Use of a signer with a
// shorter key fails with [ErrKey].
func New(key []byte) Signer { return Signer{bytes.Clone(key)} }

// Seal makes the cursor of a position, which is anything that encoding/json
// writes and reads. The scope names the list: the kind of list, whose it is and
// every filter, so that a cursor opens where it was made and nowhere else.
func (s Signer) Seal(scope string, position any) (string, error) {
	if len(s.key) < minKey {
		return "", ErrKey
	}
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false) // it would make six bytes of one
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

// Open reads the position of a cursor into what position points to. It returns
// [ports.ErrBadCursor] for every string that Seal did not make under this key for
// this scope; what position points to is of no use then.
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
		// Ours, but of another kind of position: made by another version.
		return fmt.Errorf("%w: %w", ports.ErrBadCursor, err)
	}
	return nil
}

// decode gives at least a head and one byte of payload.
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

// mac authenticates the payload for one scope. The scope's length stands in front
// of it, so that no byte can move between scope and payload.
func (s Signer) mac(scope string, payload []byte) []byte {
	h := hmac.New(sha256.New, s.key)
	head := binary.BigEndian.AppendUint64([]byte{version}, uint64(len(scope)))
	h.Write(head)
	h.Write([]byte(scope))
	h.Write(payload)
	return h.Sum(nil)[:macSize]
}
