package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// Fill is what fills generations: consumers write to its projections, which collect
// the writes, and Take and Write put many of them on disk at once. A Fill is for one
// goroutine; the chunks that it gave away are for another.
type Fill struct {
	users   *Users
	inbox   *Inbox
	unread  *Unread
	numbers map[string]int
	next    *Chunk
}

// Fill fills the other generations of projections, which are in the state Filling.
func (s *Set) Fill(ctx context.Context, names []string) (*Fill, error) {
	others, err := s.others(ctx, names, Filling)
	if err != nil {
		return nil, err
	}
	f := &Fill{numbers: map[string]int{}, next: new(Chunk).follow()}
	for _, o := range others {
		f.numbers[o.Projection] = o.Generation
		switch o.Projection {
		case UsersName:
			f.users, err = s.users.find(o.Generation)
		case InboxName:
			f.inbox, err = s.inbox.find(o.Generation)
		case UnreadName:
			f.unread, err = s.unread.find(o.Generation)
		}
		if err != nil {
			return nil, err
		}
	}
	return f, nil
}

// Take gives what was collected since the last Take.
func (f *Fill) Take() *Chunk {
	taken := f.next
	f.next = taken.follow()
	return taken
}

// Waiting is about how much memory the writes hold that were collected since the last
// Take.
func (f *Fill) Waiting() int { return f.next.Bytes() }

// Write puts the next rows of a chunk in the database, at most n, in a transaction: live
// writes wait for no more than that. It does not wait for the disk: MarkFilled does. It returns false with the last of them, and then the same
// transaction records that the generations were given the log up to a position.
// Whatever ends the process, or the machine, the next fill goes on there: it writes a chunk of which
// only some rows are on disk once more, which changes nothing in those.
func (f *Fill) Write(ctx context.Context, s *Set, c *Chunk, n int, position int64, skipped int) (more bool, err error) {
	p := c.part(n)
	err = s.db.WriteUnsynced(ctx, func(tx *sqlite.Tx) error {
		if err := f.put(tx, c, p); err != nil || !p.last {
			return err
		}
		return f.moveTo(tx, position, skipped)
	})
	if err != nil {
		return false, fmt.Errorf("filling: %w", err)
	}
	return !p.last, nil
}

func (f *Fill) moveTo(tx *sqlite.Tx, position int64, skipped int) error {
	for name, number := range f.numbers {
		moved, err := tx.Exec(`UPDATE projection_others SET position = ?, skipped = skipped + ?
			WHERE projection = ? AND generation = ? AND state = 'filling' AND position < ?`, position, skipped, name, number, position)
		if err != nil {
			return err
		}
		if moved == 0 {
			return fmt.Errorf("%w: generation %d of %s is not being filled any more", ErrConflict, number, name)
		}
	}
	return nil
}

func (f *Fill) put(tx *sqlite.Tx, c *Chunk, p part) error {
	for _, put := range p.users {
		if err := put(tx); err != nil {
			return err
		}
	}
	if len(p.inbox) > 0 {
		if err := f.inbox.many.put(tx, &c.inbox, p.inbox); err != nil {
			return err
		}
	}
	if len(p.unread) > 0 {
		return f.unread.many.put(tx, &c.unread, p.unread)
	}
	return nil
}

// MarkFilled records that generations have all events.
func (s *Set) MarkFilled(ctx context.Context, at time.Time, names []string, detail string) error {
	others, err := s.others(ctx, names, Filling)
	if err != nil {
		return err
	}
	return s.recorded(s.db.Write(ctx, func(tx *sqlite.Tx) error {
		for _, o := range others {
			if _, err := tx.Exec(`UPDATE projection_others SET state = 'filled' WHERE projection = ? AND state = 'filling'`, o.Projection); err != nil {
				return err
			}
			if err := record(tx, Step{At: at, Projection: o.Projection, Generation: o.Generation, Step: "filled", Detail: detail}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// Users is where the users' consumer writes to.
func (f *Fill) Users() ports.UserProjection { return fillUsers{f} }

// Inbox is where the inbox's consumer writes to.
func (f *Fill) Inbox() ports.InboxProjection { return fillInbox{f} }

// Unread is where unread's consumer writes to.
func (f *Fill) Unread() ports.UnreadProjection { return fillUnread{f} }

type (
	fillUsers  struct{ *Fill }
	fillInbox  struct{ *Fill }
	fillUnread struct{ *Fill }
)

func (f fillUsers) later(put func(*sqlite.Tx) error) error {
	f.next.users = append(f.next.users, put)
	return nil
}

// Verified implements ports.UserProjection.
func (f fillUsers) Verified(_ context.Context, userID, username, eventID string) error {
	return f.later(func(tx *sqlite.Tx) error { return f.users.putVerified(tx, userID, username, eventID) })
}

// KeyCreated implements ports.UserProjection.
func (f fillUsers) KeyCreated(_ context.Context, userID, keyID, eventID string) error {
	return f.later(func(tx *sqlite.Tx) error { return f.users.putKeyCreated(tx, userID, keyID, eventID) })
}

// TopicCreated implements ports.UserProjection.
func (f fillUsers) TopicCreated(_ context.Context, userID, topicID, eventID string) error {
	return f.later(func(tx *sqlite.Tx) error { return f.users.putTopicCreated(tx, userID, topicID, eventID) })
}

// Stored implements ports.InboxProjection.
func (f fillInbox) Stored(_ context.Context, m ports.InboxMessage) error {
	f.next.inbox.addMessage(m)
	return nil
}

// Read implements ports.InboxProjection.
func (f fillInbox) Read(_ context.Context, recipientID, messageID string) error {
	f.next.inbox.add(recipientID, messageID, change{read: true, message: noMessage})
	return nil
}

// Stored implements ports.UnreadProjection.
func (f fillUnread) Stored(_ context.Context, recipientID, messageID string) error {
	f.next.unread.add(recipientID, messageID, change{stored: true, message: noMessage})
	return nil
}

// Read implements ports.UnreadProjection.
func (f fillUnread) Read(_ context.Context, recipientID, messageID string) error {
	f.next.unread.add(recipientID, messageID, change{read: true, message: noMessage})
	return nil
}
