package ports

import (
	"context"
	"time"
)

// User is a row of the users projection.
type User struct {
	ID       string
	Username string
	// KeyID is the key that messages to the user are sealed under; empty until
	// UserKeyCreated came.
	KeyID string
	// KeyedAt is when UserKeyCreated was emitted; zero until then.
	KeyedAt time.Time
	// TopicID is where the user is notified; empty until UserTopicCreated came.
	TopicID string
}

// Ready reports whether the user can be sent messages: everything that
// verification sets off has happened.
func (u User) Ready() bool { return u.Username != "" && u.KeyID != "" && u.TopicID != "" }

// UserProjection builds the users projection from events.
//
// Its methods commute and are idempotent: any order of any calls, with any
// duplicates, gives the same projection. Each sets one fact about a user. Should
// two different values ever come for one fact (two keys made by a race), the
// one with the smaller event id stays, whichever came first: ULIDs sort by time,
// and every replay decides alike.
type UserProjection interface {
	Verified(ctx context.Context, userID, username, eventID string) error
	KeyCreated(ctx context.Context, userID, keyID, eventID string) error
	TopicCreated(ctx context.Context, userID, topicID, eventID string) error
}

// UserDirectory reads the users projection. A user whose UserVerified has not
// come yet is not in it, whatever else has come.
type UserDirectory interface {
	// ByID returns ErrNotFound for a user who is not registered.
	ByID(ctx context.Context, userID string) (User, error)
	// ByUsername finds a user without regard to case, as the user pool does. It
	// returns ErrNotFound for a username that nobody has.
	ByUsername(ctx context.Context, username string) (User, error)
	// ByIDs returns those of the users that are registered, by id. It takes at
	// most 100 ids (DynamoDB's limit for BatchGetItem).
	ByIDs(ctx context.Context, userIDs []string) (map[string]User, error)
	// List returns a page of the registered users, ordered by lower-case
	// username and then by id.
	List(ctx context.Context, page PageRequest) (Page[User], error)
}
