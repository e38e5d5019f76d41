package keyring

import (
	"encoding/binary"
	"maps"
	"slices"

	"github.com/sealpost/sealpost/ports"
)

// The labels separate the two uses of associated data. They are part of the stored data: changing one makes
// every key or every wrapped key unreadable.
const (
	keysetLabel  = "sealpost keyring keyset v1"
	dataKeyLabel = "sealpost keyring data key v1"
)

func keysetContext(keyID, owner string) []byte {
	return encode(keysetLabel, keyID, owner)
}

// dataKeyContext returns the associated data of a wrapped data key. The pairs are sorted by name, so equal
// maps have equal encodings.
func dataKeyContext(ec ports.EncryptionContext) []byte {
	parts := make([]string, 0, 1+2*len(ec))
	parts = append(parts, dataKeyLabel)
	for _, name := range slices.Sorted(maps.Keys(ec)) {
		parts = append(parts, name, ec[name])
	}
	return encode(parts...)
}

// encode prefixes each part with its length (eight bytes, big-endian), so no two lists of parts have the same
// encoding.
func encode(parts ...string) []byte {
	size := 0
	for _, part := range parts {
		size += 8 + len(part)
	}
	b := make([]byte, 0, size)
	for _, part := range parts {
		b = binary.BigEndian.AppendUint64(b, uint64(len(part)))
		b = append(b, part...)
	}
	return b
}
