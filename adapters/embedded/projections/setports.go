package projections

import (
	"context"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// SetUsers is the users projection in all its generations: it writes to all and
// reads the live one.
type SetUsers struct{ shelf *shelf[*Users] }

// SetInbox is the inbox projection in all its generations.
type SetInbox struct{ shelf *shelf[*Inbox] }

// SetUnread is the unread projection in all its generations.
type SetUnread struct{ shelf *shelf[*Unread] }

var (
	_ ports.UserProjection   = SetUsers{}
	_ ports.UserDirectory    = SetUsers{}
	_ ports.InboxProjection  = SetInbox{}
	_ ports.Inbox            = SetInbox{}
	_ ports.UnreadProjection = SetUnread{}
	_ ports.Unread           = SetUnread{}
)

// Verified implements ports.UserProjection.
func (s SetUsers) Verified(ctx context.Context, userID, username, eventID string) error {
	return s.shelf.write(ctx, func(tx *sqlite.Tx, u *Users) error { return u.putVerified(tx, userID, username, eventID) })
}

// KeyCreated implements ports.UserProjection.
func (s SetUsers) KeyCreated(ctx context.Context, userID, keyID, eventID string) error {
	return s.shelf.write(ctx, func(tx *sqlite.Tx, u *Users) error { return u.putKeyCreated(tx, userID, keyID, eventID) })
}

// TopicCreated implements ports.UserProjection.
func (s SetUsers) TopicCreated(ctx context.Context, userID, topicID, eventID string) error {
	return s.shelf.write(ctx, func(tx *sqlite.Tx, u *Users) error { return u.putTopicCreated(tx, userID, topicID, eventID) })
}

// ByID implements ports.UserDirectory.
func (s SetUsers) ByID(ctx context.Context, userID string) (ports.User, error) {
	return query(s.shelf, func(u *Users) (ports.User, error) { return u.ByID(ctx, userID) })
}

// ByUsername implements ports.UserDirectory.
func (s SetUsers) ByUsername(ctx context.Context, username string) (ports.User, error) {
	return query(s.shelf, func(u *Users) (ports.User, error) { return u.ByUsername(ctx, username) })
}

// ByIDs implements ports.UserDirectory.
func (s SetUsers) ByIDs(ctx context.Context, userIDs []string) (map[string]ports.User, error) {
	return query(s.shelf, func(u *Users) (map[string]ports.User, error) { return u.ByIDs(ctx, userIDs) })
}

// List implements ports.UserDirectory.
func (s SetUsers) List(ctx context.Context, page ports.PageRequest) (ports.Page[ports.User], error) {
	return query(s.shelf, func(u *Users) (ports.Page[ports.User], error) { return u.List(ctx, page) })
}

// Stored implements ports.InboxProjection.
func (s SetInbox) Stored(ctx context.Context, m ports.InboxMessage) error {
	return s.shelf.write(ctx, func(tx *sqlite.Tx, b *Inbox) error { return b.putStored(tx, m) })
}

// Read implements ports.InboxProjection.
func (s SetInbox) Read(ctx context.Context, recipientID, messageID string) error {
	return s.shelf.write(ctx, func(tx *sqlite.Tx, b *Inbox) error { return b.putRead(tx, recipientID, messageID) })
}

// Get implements ports.Inbox.
func (s SetInbox) Get(ctx context.Context, recipientID, messageID string) (ports.InboxMessage, error) {
	return query(s.shelf, func(b *Inbox) (ports.InboxMessage, error) { return b.Get(ctx, recipientID, messageID) })
}

// List implements ports.Inbox.
func (s SetInbox) List(ctx context.Context, recipientID string, filter ports.InboxFilter, page ports.PageRequest) (ports.Page[ports.InboxMessage], error) {
	return query(s.shelf, func(b *Inbox) (ports.Page[ports.InboxMessage], error) {
		return b.List(ctx, recipientID, filter, page)
	})
}

// Stored implements ports.UnreadProjection.
func (s SetUnread) Stored(ctx context.Context, recipientID, messageID string) error {
	return s.shelf.write(ctx, func(tx *sqlite.Tx, u *Unread) error { return u.putStored(tx, recipientID, messageID) })
}

// Read implements ports.UnreadProjection.
func (s SetUnread) Read(ctx context.Context, recipientID, messageID string) error {
	return s.shelf.write(ctx, func(tx *sqlite.Tx, u *Unread) error { return u.putRead(tx, recipientID, messageID) })
}

// Count implements ports.Unread.
func (s SetUnread) Count(ctx context.Context, recipientID string) (ports.UnreadCount, error) {
	return query(s.shelf, func(u *Unread) (ports.UnreadCount, error) { return u.Count(ctx, recipientID) })
}
