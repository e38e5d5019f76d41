package events

import (
	"encoding/json"
	"fmt"
)

// from decodes data of an old version and turns it into the newest. An upcaster is
// a pure function of the old data: an archive replayed tomorrow has to give what it
// gives today. It claims nothing that the old data did not say; where the new type
// wants to know more, it answers with what is safe to assume.
func from[Old any, New Data](upcast func(Old) New) decoder {
	return func(raw json.RawMessage) (Data, error) {
		var old Old
		if err := json.Unmarshal(raw, &old); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
		}
		return upcast(old), nil
	}
}

// userKeyCreatedV1 did not say whose messages the key seals besides. It was emitted
// for shared keys too, so whoever took it for the user's own and deleted it would
// have shredded everybody's messages.
type userKeyCreatedV1 struct {
	UserID string `json:"userId"`
	KeyID  string `json:"keyId"`
}

func (v userKeyCreatedV1) upcast() UserKeyCreated {
	return UserKeyCreated{UserID: v.UserID, KeyID: v.KeyID, Exclusive: false}
}
