package rebuild

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/sealpost/sealpost/ports"
)

// sum is the digest of a set of items: the exclusive or of their SHA-256s, so items may come in any order,
// from any number of segments. Keys are unique in a table, so no two items are equal and cancel out. It
// detects mistakes, not an attacker who constructs items.
type sum struct {
	rows int64
	xor  [sha256.Size]byte
}

func (s *sum) add(item [sha256.Size]byte) {
	s.rows++
	for i := range s.xor {
		s.xor[i] ^= item[i]
	}
}

func (s *sum) digest() ports.RowsDigest {
	if s == nil || s.rows == 0 {
		return ports.RowsDigest{}
	}
	return ports.RowsDigest{Rows: s.rows, SHA256: hex.EncodeToString(s.xor[:])}
}

// digestItem covers all attributes of an item, because this package does not know what a projection stores.
// All of it is derived from events, so equal generations have equal items.
func digestItem(item map[string]types.AttributeValue) (d [sha256.Size]byte, err error) {
	h := sha256.New()
	err = hashMap(h, item)
	return [sha256.Size]byte(h.Sum(nil)), err
}

// frame hashes values, each preceded by its length, so different sequences have different input.
func frame(h hash.Hash, values ...string) {
	var length [8]byte
	for _, value := range values {
		binary.BigEndian.PutUint64(length[:], uint64(len(value)))
		h.Write(length[:])
		h.Write([]byte(value))
	}
}

func count(h hash.Hash, n int) { frame(h, fmt.Sprint(n)) }

func hashMap(h hash.Hash, m map[string]types.AttributeValue) error {
	count(h, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		frame(h, name)
		if err := hashValue(h, m[name]); err != nil {
			return fmt.Errorf("attribute %s: %w", name, err)
		}
	}
	return nil
}

// hashValue distinguishes types, and ignores the order of sets.
func hashValue(h hash.Hash, v types.AttributeValue) error {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		frame(h, "S", v.Value)
	case *types.AttributeValueMemberN:
		frame(h, "N", v.Value)
	case *types.AttributeValueMemberB:
		frame(h, "B", string(v.Value))
	case *types.AttributeValueMemberBOOL:
		frame(h, "BOOL", fmt.Sprint(v.Value))
	case *types.AttributeValueMemberNULL:
		frame(h, "NULL")
	case *types.AttributeValueMemberSS:
		hashSet(h, "SS", v.Value)
	case *types.AttributeValueMemberNS:
		hashSet(h, "NS", v.Value)
	case *types.AttributeValueMemberBS:
		all := make([]string, len(v.Value))
		for i := range v.Value {
			all[i] = string(v.Value[i])
		}
		hashSet(h, "BS", all)
	case *types.AttributeValueMemberM:
		frame(h, "M")
		return hashMap(h, v.Value)
	case *types.AttributeValueMemberL:
		frame(h, "L")
		count(h, len(v.Value))
		for _, element := range v.Value {
			if err := hashValue(h, element); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("a value of the unknown type %T", v)
	}
	return nil
}

func hashSet(h hash.Hash, kind string, values []string) {
	frame(h, kind)
	count(h, len(values))
	frame(h, slices.Sorted(slices.Values(values))...)
}
