package events

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

type definition struct {
	source string
	// version is the newest version, which New uses.
	version int
	// decoders has one function for each published version. The decoder of an old version is an upcaster: it
	// returns the newest type.
	decoders map[int]decoder
	// canonical, unless nil, reads data of the newest version as EncodeDetail writes it. Only frequent types
	// have one.
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

// Versions returns every version of a type that Decode accepts, ascending, or nil for an unknown type.
func Versions(t Type) []int {
	return slices.Sorted(maps.Keys(definitions[t].decoders))
}

// SourceOf returns the source of a type's events, or "" for an unknown type.
func SourceOf(t Type) string { return definitions[t].source }

// as decodes data of the newest version. Unknown fields are ignored: adding an optional field keeps the
// version, so newer producers may send more.
func as[D Data](raw json.RawMessage) (Data, error) {
	var d D
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return d, nil
}
