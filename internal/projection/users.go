package projection

import (
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/username"
)

// The facts of Users, and their values.
const (
	UserVerified = iota // username and its lookup key (username.Key)
	UserKey             // keyId
	UserTopic           // topicId
)

// Users has a row for each user.
var Users = Projection{
	Name: "users", Stages: 1,
	Events: []events.Type{events.TypeUserVerified, events.TypeUserKeyCreated, events.TypeUserTopicCreated},
	change: func(ev events.Event) (Change, bool) {
		switch e := ev.Data.(type) {
		case events.UserVerified:
			return userFact(ev, e.UserID, UserVerified, e.Username, username.Key(e.Username)), true
		case events.UserKeyCreated:
			return userFact(ev, e.UserID, UserKey, e.KeyID), true
		case events.UserTopicCreated:
			return userFact(ev, e.UserID, UserTopic, e.TopicID), true
		}
		return Change{}, false
	},
}

func userFact(ev events.Event, userID string, index int, values ...any) Change {
	return Change{Key: Key{Owner: userID}, Facts: []Fact{{index, ev.Metadata.ID, values}}}
}
