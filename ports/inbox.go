package ports

import (
	"context"
	"time"
)

// InboxMessage is a row of the inbox projection: the data of MessageStored, and whether MessageRead came.
type InboxMessage struct {
	ID          string
	RecipientID string
	SenderID    string
	ObjectKey   string
	KeyID       string
	WrappedKey  []byte
	Algorithm   string
	// Size is the length of the plaintext in bytes.
	Size int64
	// SentAt is the time of the MessageStored event, in UTC, to the millisecond.
	SentAt time.Time
	Read   bool
}

// Inbox reads the inbox projection. A message whose MessageRead came first is not visible until its
// MessageStored comes, and is then read.
type Inbox interface {
	// Get returns ErrNotFound if the recipient has no such message, even if another user has.
	Get(ctx context.Context, recipientID, messageID string) (InboxMessage, error)
	// List returns a page of the recipient's messages, newest first (by ULID,
	// descending).
	List(ctx context.Context, recipientID string, filter InboxFilter, page PageRequest) (Page[InboxMessage], error)
}

// InboxFilter narrows a list of messages.
type InboxFilter struct {
	UnreadOnly bool
}

// UnreadCeiling is the largest exact unread count. Above it a badge shows 999+.
const UnreadCeiling = 1000

// UnreadCount is the size of a user's unread set, counted up to UnreadCeiling.
type UnreadCount struct {
	Unread int
	// More is true if the set is larger than the ceiling; Unread is then the ceiling.
	More bool
}

// Unread reads the unread projection.
type Unread interface {
	// Count returns zero for an unknown user.
	Count(ctx context.Context, recipientID string) (UnreadCount, error)
	// From returns the user's unread message ids from messageID on, ascending, at most limit of them.
	From(ctx context.Context, recipientID, messageID string, limit int) ([]string, error)
}
