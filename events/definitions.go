package events

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// definition is all that the package knows of one event type.
type definition struct {
	source string
	// version is the newest, which New gives to new events.
	version int
	// decoders has one function for each version that was ever published. An old
	// version's decoder is an upcaster: it returns the newest type.
	decoders map[int]decoder
	// canonical, unless nil, reads the newest version's data as EncodeDetail writes it.
	// The types have it that an archive has many of.
	canonical func(*canonical) Data
}

type decoder func(json.RawMessage) (Data, error)

var definitions = map[Type]definition{
	TypeUserVerified:       {SourceUsers, 1, map[int]decoder{1: as[UserVerified]}, nil},
	TypeUserKeyCreated:     {SourceUsers, 2, map[int]decoder{1: from(userKeyCreatedV1.upcast), 2: as[UserKeyCreated]}, nil},
	TypeUserTopicRequested: {SourceUsers, 1, map[int]decoder{1: as[UserTopicRequested]}, nil},
	TypeUserTopicCreated:   {SourceUsers, 1, map[int]decoder{1: as[UserTopicCreated]}, nil},
	TypeMessageStored:      {SourceMessages, 1, map[int]decoder{1: as[MessageStored]}, canonicalMessageStored},
	TypeMessageRead:        {SourceMessages, 1, map[int]decoder{1: as[MessageRead]}, canonicalMessageRead},
}

// Types returns every event type, sorted by name.
func Types() []Type {
	return slices.Sorted(maps.Keys(definitions))
}

// Versions returns every version of a type that decodes, ascending, or nil for
// a type that does not exist.
func Versions(t Type) []int {
	return slices.Sorted(maps.Keys(definitions[t].decoders))
}

// SourceOf returns the source that a type's events come from, or "" for a type
// that does not exist.
func SourceOf(t Type) string { return definitions[t].source }

// as decodes data whose version is the newest. Fields that this code does not
// know are left alone: adding an optional field keeps the version, so newer
// producers may send more.
func as[D Data](raw json.RawMessage) (Data, error) {
	var d D
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return d, nil
}
