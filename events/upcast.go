package events

import (
	"encoding/json"
	"fmt"
)

// from decodes data of an old version and converts it to the newest. An upcaster is a pure function of the
// old data, because a replay of the archive must always give the same result. It claims nothing that the old
// data did not say; for fields that only the new type has, it sets the safe value.
func from[Old any, New Data](upcast func(Old) New) decoder {
	return func(raw json.RawMessage) (Data, error) {
		var old Old
		if err := json.Unmarshal(raw, &old); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
		}
		return upcast(old), nil
	}
}

// userKeyCreatedV1 did not say whether the key is shared. It was emitted for shared keys too, so a consumer
// that deleted the key of one user could have shredded everyone's messages.
type userKeyCreatedV1 struct {
	UserID string `json:"userId"`
	KeyID  string `json:"keyId"`
}

func (v userKeyCreatedV1) upcast() UserKeyCreated {
	return UserKeyCreated{UserID: v.UserID, KeyID: v.KeyID, Exclusive: false}
}
