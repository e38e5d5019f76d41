// Package notify is the consumer that tells a recipient by e-mail that messages
// wait. It has a side effect, so it takes no replays.
//
// A burst of messages is one mail. Deliveries wait a few seconds before they come
// here (delaySeconds in subscriptions.json); the first of a burst sends a mail
// that says how many messages wait, and a ledger remembers that everything stored
// until then is covered. The rest of the burst, and every redelivery, finds itself
// covered and sends nothing.
package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/delivery"
	"github.com/sealpost/sealpost/ports"
)

// Name is the consumer's in subscriptions.json.
const Name = "notify"

// lease is how long a worker that claimed a notification may take to send it.
// When it dies meanwhile, a redelivery sends in its place after that time. It is
// shorter than the queue's visibility timeout, or the last redelivery might come
// before the lease ends.
const lease = 20 * time.Second

// parallel is how many recipients of one batch are notified at once.
const parallel = 16

// Deps is what the consumer needs of the world. All fields are required.
type Deps struct {
	Users    ports.UserDirectory
	Inbox    ports.Inbox
	Unread   ports.Unread
	Ledger   ports.NotificationLedger
	Notifier ports.Notifier
	Now      func() time.Time
	Log      *slog.Logger
}

// New makes the consumer.
func New(deps Deps) (*delivery.Consumer, error) {
	return delivery.NewBatch(Name, deps.Log, deps.react)
}

// burst is what one batch holds for one recipient.
type burst struct {
	recipientID string
	messages    []events.MessageStored
	newest      time.Time
	places      []int
}

func (d Deps) react(ctx context.Context, evs []events.Event) []error {
	bursts, errs := group(evs)
	var g errgroup.Group
	g.SetLimit(parallel)
	for _, b := range bursts {
		g.Go(func() error {
			err := d.notify(ctx, b)
			for _, place := range b.places {
				errs[place] = err
			}
			return nil
		})
	}
	_ = g.Wait() // every outcome is in errs
	return errs
}

// group gathers a batch by recipient. What is no MessageStored keeps an error.
func group(evs []events.Event) (map[string]*burst, []error) {
	bursts, errs := map[string]*burst{}, make([]error, len(evs))
	for i, ev := range evs {
		data, ok := ev.Data.(events.MessageStored)
		if !ok {
			errs[i] = fmt.Errorf("%w: %s is not for %s", events.ErrUnknownEvent, ev.Type(), Name)
			continue
		}
		b := bursts[data.RecipientID]
		if b == nil {
			b = &burst{recipientID: data.RecipientID}
			bursts[data.RecipientID] = b
		}
		b.messages = append(b.messages, data)
		b.places = append(b.places, i)
		if ev.Metadata.Time.After(b.newest) {
			b.newest = ev.Metadata.Time
		}
	}
	return bursts, errs
}

func (d Deps) notify(ctx context.Context, b *burst) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", delivery.ErrPanic, p)
		}
	}()
	claim, err := d.Ledger.Claim(ctx, b.recipientID, b.newest, d.Now(), lease)
	if errors.Is(err, ports.ErrCovered) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("claiming the notification of user %s: %w", b.recipientID, err)
	}
	if err := d.send(ctx, b); err != nil {
		return errors.Join(err, d.Ledger.Release(ctx, claim))
	}
	if err := d.Ledger.Settle(ctx, claim); err != nil {
		return fmt.Errorf("settling the notification of user %s: %w", b.recipientID, err)
	}
	return nil
}

func (d Deps) send(ctx context.Context, b *burst) error {
	waiting, err := d.waiting(ctx, b)
	if err != nil {
		return err
	}
	if waiting.Unread == 0 {
		return nil // all of it was read while the delivery waited
	}
	user, err := d.Users.ByID(ctx, b.recipientID)
	if err != nil {
		return fmt.Errorf("finding user %s: %w", b.recipientID, err)
	}
	if err := d.Notifier.Notify(ctx, user.TopicID, ports.Notification{Waiting: waiting}); err != nil {
		return fmt.Errorf("notifying user %s: %w", b.recipientID, err)
	}
	return nil
}

// waiting says how many messages wait for the recipient. The projections may be
// behind: a message of this batch that the inbox does not know yet counts as
// unread, so that a slow projection can delay a number but never swallow a mail.
func (d Deps) waiting(ctx context.Context, b *burst) (ports.UnreadCount, error) {
	count, err := d.Unread.Count(ctx, b.recipientID)
	if err != nil {
		return ports.UnreadCount{}, fmt.Errorf("counting unread messages of user %s: %w", b.recipientID, err)
	}
	fresh := 0
	for _, m := range b.messages {
		got, err := d.Inbox.Get(ctx, b.recipientID, m.MessageID)
		if err != nil && !errors.Is(err, ports.ErrNotFound) {
			return ports.UnreadCount{}, fmt.Errorf("looking up message %s: %w", m.MessageID, err)
		}
		if err != nil || !got.Read {
			fresh++
		}
		if fresh > 0 && count.Unread >= len(b.messages) {
			return count, nil // the rest of the batch cannot change the number
		}
	}
	if fresh == 0 {
		return ports.UnreadCount{}, nil
	}
	count.Unread = max(count.Unread, fresh)
	return count, nil
}
