package ports

import (
	"context"
	"slices"
	"time"
)

// Topics makes the topic by which a user is notified, and subscribes the user's
// address to it.
type Topics interface {
	// CreateTopic makes the user's topic, or finds what was made before: duplicate
	// and concurrent calls for one user all return the same id.
	CreateTopic(ctx context.Context, userID string) (topicID string, err error)
	// Subscribe subscribes the address to the topic, once. Where addresses are asked
	// for consent, its owner gets one mail that asks.
	Subscribe(ctx context.Context, topicID, address string) error
	// Renew subscribes the address as Subscribe does, asks its owner again as long as
	// they have not consented, and ends the subscription of every other address.
	Renew(ctx context.Context, topicID, address string) error
}

// Notification tells a user that something waits for them. It names no sender
// and no content: e-mail is read by many machines on its way.
type Notification struct {
	Waiting UnreadCount
}

// Notifier sends a notification.
type Notifier interface {
	// Notify hands the notification over for delivery. It is not idempotent: two
	// calls send two mails, so callers take a turn at a [NotificationLedger]
	// first. It returns ErrNotFound for a topic that does not exist.
	Notify(ctx context.Context, topicID string, n Notification) error
}

// NotificationLedger remembers which messages mails have counted, so that a redelivery
// sends nothing twice and a burst of messages becomes one mail. A mail covers what it
// counted and nothing else, whatever the clock says.
type NotificationLedger interface {
	// Claim asks for the right to notify the recipient of messages, of which there is
	// at least one. It returns ErrCovered when mails counted all of them; else, of
	// concurrent claims for one recipient, one is granted, and the others get
	// ErrClaimed until it is completed or released or, should the winner have died, its
	// lease is over. When the clock went back by a lease or more since the claim, the
	// lease is over too.
	Claim(ctx context.Context, recipientID string, messageIDs []string, now time.Time, lease time.Duration) (NotificationClaim, error)
	// Complete records that the claim's mail was sent and counted these messages, of
	// which there is at least one. That holds for a claim that another took over after
	// its lease, too; the other's claim stays open. The ledger may forget what
	// [NotificationClaim.Forgettable] returns: a redelivery of it is notified again.
	Complete(ctx context.Context, claim NotificationClaim, counted []string) error
	// Release gives the claim back without a mail having been sent. Releasing a
	// claim that is completed or that another took over does nothing.
	Release(ctx context.Context, claim NotificationClaim) error
}

// NotificationClaim is the right to send one mail.
type NotificationClaim struct {
	RecipientID string
	// MessageIDs are those claimed that no mail has counted yet.
	MessageIDs []string
	// Token tells this claim from every other.
	Token string
}

// How much of what was counted is always remembered.
const (
	rememberedBefore = 30
	rememberedSince  = UnreadCeiling
)

// Forgettable returns which of the messages that mails have counted a ledger may forget
// when the claim is granted. Deliveries come about in the order of ids: of messages
// before the claim's, redeliveries alone are still to come. So it is those, but for the
// newest, and of the rest what is more than a mail counts.
func (c NotificationClaim) Forgettable(counted []string) []string {
	sorted := slices.Sorted(slices.Values(counted))
	since, _ := slices.BinarySearch(sorted, slices.Min(c.MessageIDs))
	out := sorted[:max(0, since-rememberedBefore)]
	return append(slices.Clip(out), sorted[since:][:max(0, len(sorted)-since-rememberedSince)]...)
}
