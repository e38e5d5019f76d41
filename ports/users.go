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

// Ready reports whether the user can be sent messages. A missing topic costs the
// notification and nothing else.
func (u User) Ready() bool { return u.Username != "" && u.KeyID != "" }

// MaxUserIDs is how many users ByIDs finds at once (DynamoDB's limit for BatchGetItem).
const MaxUserIDs = 100

// UserDirectory reads the users projection. A user whose UserVerified has not
// come yet is not in it, whatever else has come.
type UserDirectory interface {
	// ByID returns ErrNotFound for a user who is not registered.
	ByID(ctx context.Context, userID string) (User, error)
	// ByUsername finds a user without regard to case, width and composition (username.Key). Of several
	// users of one name it returns the one that was verified last: the pool gives a name
	// again only after its user was deleted. It returns ErrNotFound for an unknown name.
	ByUsername(ctx context.Context, username string) (User, error)
	// ByIDs returns those of the users that are registered, by id. It takes at
	// most MaxUserIDs ids.
	ByIDs(ctx context.Context, userIDs []string) (map[string]User, error)
	// List returns a page of the registered users, ordered by
	// username.Key of the username and then by id.
	List(ctx context.Context, page PageRequest) (Page[User], error)
}
