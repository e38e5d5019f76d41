package ports

import (
	"context"
	"time"
)

// User is a row of the users projection.
type User struct {
	ID       string
	Username string
	// KeyID is the key that seals messages to the user; empty until UserKeyCreated comes.
	KeyID string
	// KeyedAt is the time of UserKeyCreated; zero until it comes.
	KeyedAt time.Time
	// TopicID is the user's notification topic; empty until UserTopicCreated comes.
	TopicID string
}

// Ready reports whether the user can be sent messages. A user without a topic is only not notified.
func (u User) Ready() bool { return u.Username != "" && u.KeyID != "" }

// MaxUserIDs is the most ids in one call of ByIDs (DynamoDB's limit for BatchGetItem).
const MaxUserIDs = 100

// UserDirectory reads the users projection. A user is not visible until UserVerified comes.
type UserDirectory interface {
	// ByID returns ErrNotFound for an unregistered user.
	ByID(ctx context.Context, userID string) (User, error)
	// ByUsername ignores case, width and composition (username.Key). If several users have the name, it
	// returns the one that was verified last, because the pool reuses a name only after its user was deleted.
	// It returns ErrNotFound for an unknown name.
	ByUsername(ctx context.Context, username string) (User, error)
	// ByIDs returns the registered users among at most MaxUserIDs ids, by id.
	ByIDs(ctx context.Context, userIDs []string) (map[string]User, error)
	// List returns a page of the registered users, ordered by username.Key and then by id.
	List(ctx context.Context, page PageRequest) (Page[User], error)
}
