package notifying

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sealpost/sealpost/ports"
)

var errFault = errors.New("it failed")

// delivery intercepts the calls of one run of the consumer. Other steps happen before
// each call, and the call may fail, with or without its effect.
type delivery struct {
	*world
	faults  []fault
	crashed bool
	claimed []string
	// counted are the messages that the mail must count: those unread at the time of counting and, of the claimed
	// ones, those that the projections did not have then.
	counted []string
}

// call makes one call. After a crash, calls have no effect.
func (d *delivery) call(do func() error) error {
	if d.crashed {
		return errFault
	}
	var f fault
	if len(d.faults) > 0 {
		f, d.faults = d.faults[0], d.faults[1:]
	}
	for _, s := range f.Then {
		d.do(s)
	}
	switch f.Kind {
	case "fails":
		return errFault
	case "fails late":
		return errors.Join(do(), errFault)
	case "crashes":
		d.crashed = true
		d.ledger = d.open()
		return errFault
	}
	return do()
}

type ledger struct{ d *delivery }

func (l ledger) Claim(ctx context.Context, recipientID string, ids []string, now time.Time, lease time.Duration) (c ports.NotificationClaim, err error) {
	err = l.d.call(func() (err error) {
		c, err = l.d.ledger.Claim(ctx, recipientID, ids, now, lease)
		l.d.claimed = c.MessageIDs
		return err
	})
	if err != nil {
		return ports.NotificationClaim{}, err
	}
	return c, nil
}

func (l ledger) Complete(ctx context.Context, c ports.NotificationClaim, counted []string) error {
	return l.d.call(func() error { return l.d.ledger.Complete(ctx, c, counted) })
}

func (l ledger) Release(ctx context.Context, c ports.NotificationClaim) error {
	return l.d.call(func() error { return l.d.ledger.Release(ctx, c) })
}

type unread struct{ d *delivery }

func (d *delivery) unreadNow() (ids []string) {
	for id, m := range d.messages {
		if m.unread == 1 {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

func (u unread) Count(context.Context, string) (n ports.UnreadCount, err error) {
	err = u.d.call(func() error {
		u.d.counted = u.d.unreadNow()
		n.Unread = len(u.d.counted)
		for _, id := range u.d.claimed {
			if m := u.d.messages[id]; m.inbox < 2 && m.unread == 0 {
				u.d.counted = append(u.d.counted, id)
			}
		}
		return nil
	})
	return n, err
}

func (u unread) From(_ context.Context, _, messageID string, limit int) (ids []string, err error) {
	err = u.d.call(func() error {
		all := u.d.unreadNow()
		from, _ := slices.BinarySearch(all, messageID)
		ids = all[from:min(len(all), from+limit)]
		return nil
	})
	return ids, err
}

type inbox struct {
	ports.Inbox
	d *delivery
}

func (i inbox) Get(_ context.Context, _, id string) (m ports.InboxMessage, err error) {
	err = i.d.call(func() error {
		if i.d.messages[id].inbox == 0 {
			return ports.ErrNotFound
		}
		m.Read = i.d.messages[id].inbox == 2
		return nil
	})
	return m, err
}

type users struct {
	ports.UserDirectory
	d *delivery
}

func (u users) ByID(context.Context, string) (user ports.User, err error) {
	return ports.User{TopicID: "topic"}, u.d.call(func() error { return nil })
}

type notifier struct{ d *delivery }

// Notify records what the mail counts. Its number was fixed by the counting, whatever the projections did since, and must
// be at least that.
func (n notifier) Notify(_ context.Context, _ string, told ports.Notification) error {
	return n.d.call(func() error {
		mail := map[string]bool{}
		for _, id := range n.d.counted {
			mail[id] = true
		}
		if told.Waiting.Unread < len(mail) {
			n.d.violation = fmt.Sprintf("a mail says %d, and %d messages wait", told.Waiting.Unread, len(mail))
		}
		n.d.mails = append(n.d.mails, mail)
		return nil
	})
}
