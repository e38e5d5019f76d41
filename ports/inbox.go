package ports

import (
	"context"
	"time"
)

// InboxMessage is a row of the inbox projection: what MessageStored said, and
// whether MessageRead came.
type InboxMessage struct {
	ID          string
	RecipientID string
	SenderID    string
	ObjectKey   string
	KeyID       string
	WrappedKey  []byte
	Algorithm   string
	// Size is that of the plaintext in bytes.
	Size int64
	// SentAt is the time of the MessageStored event, in UTC, to the millisecond.
	SentAt time.Time
	Read   bool
}

// Inbox reads the inbox projection. A message whose MessageRead came first is not in it until
// its MessageStored comes too, and is then read.
type Inbox interface {
	// Get returns ErrNotFound when the recipient has no such message: it does
	// not say whether somebody else has.
	Get(ctx context.Context, recipientID, messageID string) (InboxMessage, error)
	// List returns a page of the recipient's messages, newest first (by ULID,
	// descending).
	List(ctx context.Context, recipientID string, filter InboxFilter, page PageRequest) (Page[InboxMessage], error)
}

// InboxFilter narrows a list of messages.
type InboxFilter struct {
	UnreadOnly bool
}

// UnreadCeiling is as far as unread messages are counted: a badge says 999+.
const UnreadCeiling = 1000

// UnreadCount is the size of a user's unread set, counted to UnreadCeiling.
type UnreadCount struct {
	Unread int
	// More is true when the set is larger than the ceiling, which Unread then is.
	More bool
}

// Unread reads the unread projection.
type Unread interface {
	// Count returns zero for a user that the projection does not know.
	Count(ctx context.Context, recipientID string) (UnreadCount, error)
	// From returns the ids of the user's unread messages from an id on, ascending and
	// at most limit of them.
	From(ctx context.Context, recipientID, messageID string, limit int) ([]string, error)
}
