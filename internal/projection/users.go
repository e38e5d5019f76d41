package projection

import (
	"strings"

	"github.com/sealpost/sealpost/events"
)

// The facts of Users, and their values.
const (
	UserVerified = iota // username, and the username as Fold returns it
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
			return userFact(ev, e.UserID, UserVerified, e.Username, Fold(e.Username)), true
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

// Fold returns the form in which usernames are looked up and sorted. The user pool
// takes no two usernames that differ in case alone.
func Fold(username string) string { return strings.ToLower(username) }
