// Package notify is the consumer that notifies recipients by e-mail of waiting
// messages. It has a side effect, so it gets no replays.
//
// A burst of messages leads to one mail. Deliveries are delayed by a few seconds
// (delaySeconds in subscriptions.json). The first delivery of a burst sends a mail with
// the number of waiting messages, and a ledger records which messages that mail
// counted. Deliveries of counted messages, redeliveries included, send nothing. A
// message that no mail counted gets a mail of its own.
package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/delivery"
	"github.com/sealpost/sealpost/ports"
)

// Name is the consumer's name in subscriptions.json.
const Name = "notify"

// lease is how long a worker that claimed a notification may take to send it. If the
// worker dies, a redelivery sends after that time. The lease is shorter than the
// queue's visibility timeout. Otherwise the last redelivery might come before the lease
// ends.
const lease = 20 * time.Second

// parallel is how many recipients of one batch are notified concurrently.
const parallel = 16

// Deps are the ports that the consumer uses. All fields are required.
type Deps struct {
	Users    ports.UserDirectory
	Inbox    ports.Inbox
	Unread   ports.Unread
	Ledger   ports.NotificationLedger
	Notifier ports.Notifier
	Now      func() time.Time
	Log      *slog.Logger
}

// New returns the consumer.
func New(deps Deps) (*delivery.Consumer, error) {
	return delivery.NewBatch(Name, deps.Log, deps.react)
}

// burst is the part of a batch for one recipient.
type burst struct {
	recipientID string
	messageIDs  []string
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

// group groups a batch by recipient. An event other than MessageStored gets an error.
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
		if !slices.Contains(b.messageIDs, data.MessageID) {
			b.messageIDs = append(b.messageIDs, data.MessageID)
		}
		b.places = append(b.places, i)
	}
	return bursts, errs
}

// notify claims, sends and completes, and may end after each step. A crash between the
// mail and its completion sends the mail twice; the reverse order would lose mails.
func (d Deps) notify(ctx context.Context, b *burst) (err error) {
	var claim ports.NotificationClaim
	defer func() {
		if p := recover(); p != nil {
			err = errors.Join(fmt.Errorf("%w: %v", delivery.ErrPanic, p), d.Ledger.Release(ctx, claim))
		}
	}()
	claim, err = d.Ledger.Claim(ctx, b.recipientID, b.messageIDs, d.Now(), lease)
	if errors.Is(err, ports.ErrCovered) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("claiming the notification of user %s: %w", b.recipientID, err)
	}
	counted, err := d.send(ctx, claim)
	if err != nil || len(counted) == 0 {
		return errors.Join(err, d.Ledger.Release(ctx, claim))
	}
	if err := d.Ledger.Complete(ctx, claim, counted); err != nil {
		return fmt.Errorf("completing the notification of user %s: %w", b.recipientID, err)
	}
	return nil
}

// send returns the messages that the mail counted, or none if no mail was due.
func (d Deps) send(ctx context.Context, claim ports.NotificationClaim) ([]string, error) {
	counted, late, err := d.unread(ctx, claim)
	if err != nil || len(counted) == 0 {
		return nil, err
	}
	waiting, err := d.Unread.Count(ctx, claim.RecipientID)
	if err != nil {
		return nil, fmt.Errorf("counting unread messages of user %s: %w", claim.RecipientID, err)
	}
	user, err := d.Users.ByID(ctx, claim.RecipientID)
	if err != nil {
		return nil, fmt.Errorf("finding user %s: %w", claim.RecipientID, err)
	}
	n := max(waiting.Unread+late, len(counted))
	waiting = ports.UnreadCount{Unread: min(n, ports.UnreadCeiling), More: waiting.More || n > ports.UnreadCeiling}
	if err := d.Notifier.Notify(ctx, user.TopicID, ports.Notification{Waiting: waiting}); err != nil {
		return nil, fmt.Errorf("notifying user %s: %w", claim.RecipientID, err)
	}
	return counted, nil
}

// unread returns the messages that a mail for the claim counts, by id: the recipient's
// unread messages from the claim's first on, so that one mail covers a burst. It
// returns none if all claimed messages have been read.
//
// The projections may be behind. A claimed message that they do not have yet is late
// and counts as unread, so that a slow projection never prevents a mail.
func (d Deps) unread(ctx context.Context, claim ports.NotificationClaim) (counted []string, late int, err error) {
	counted, err = d.Unread.From(ctx, claim.RecipientID, slices.Min(claim.MessageIDs), ports.UnreadCeiling)
	if err != nil {
		return nil, 0, fmt.Errorf("listing unread messages of user %s: %w", claim.RecipientID, err)
	}
	owed := 0
	for _, id := range claim.MessageIDs {
		if _, known := slices.BinarySearch(counted[:len(counted)-late], id); known {
			owed++
			continue
		}
		got, err := d.Inbox.Get(ctx, claim.RecipientID, id)
		if err != nil && !errors.Is(err, ports.ErrNotFound) {
			return nil, 0, fmt.Errorf("looking up message %s: %w", id, err)
		}
		if err != nil || !got.Read {
			counted, late, owed = append(counted, id), late+1, owed+1
		}
	}
	if owed == 0 {
		return nil, 0, nil
	}
	return counted, late, nil
}
