package ports

import (
	"context"
	"slices"
	"time"
)

// Topics creates users' notification topics and subscribes their addresses.
type Topics interface {
	// CreateTopic creates the user's topic, or finds the existing one. Duplicate and concurrent calls for one
	// user all return the same id.
	CreateTopic(ctx context.Context, userID string) (topicID string, err error)
	// Subscribe subscribes the address to the topic, once. Where consent is required, the owner of the
	// address gets one mail that asks for it.
	Subscribe(ctx context.Context, topicID, address string) error
	// Renew subscribes the address as Subscribe does, asks again for a consent that is missing, and ends the
	// subscription of every other address.
	Renew(ctx context.Context, topicID, address string) error
}

// Notification tells a user that messages are waiting. It contains no sender and no content, because many
// machines can read e-mail in transit.
type Notification struct {
	Waiting UnreadCount
}

// Notifier sends a notification.
type Notifier interface {
	// Notify hands the notification over for delivery. It is not idempotent: two calls send two mails, so
	// callers first claim at a [NotificationLedger]. It returns ErrNotFound for a topic that does not exist.
	Notify(ctx context.Context, topicID string, n Notification) error
}

// NotificationLedger records which messages mails have counted, so that a redelivery sends nothing twice and
// a burst of messages becomes one mail. A mail covers exactly the messages that it counted, whatever the
// clock says.
type NotificationLedger interface {
	// Claim asks for the right to notify the recipient of at least one message. It returns ErrCovered if
	// mails have counted all of them. Otherwise one of concurrent claims for a recipient is granted, and the
	// others get ErrClaimed until that claim is completed, released, or older than its lease. If the clock
	// goes back by a lease or more after the claim, the lease is over too.
	Claim(ctx context.Context, recipientID string, messageIDs []string, now time.Time, lease time.Duration) (NotificationClaim, error)
	// Complete records that the claim's mail was sent and counted these messages, at least one. This also
	// works for a claim whose lease ended and that another worker took over; the other worker's claim stays
	// open. The ledger may forget the messages that [NotificationClaim.Forgettable] returns; a redelivery of
	// one is notified again.
	Complete(ctx context.Context, claim NotificationClaim, counted []string) error
	// Release gives up the claim without a mail. It does nothing if the claim is completed or was taken over.
	Release(ctx context.Context, claim NotificationClaim) error
}

// NotificationClaim is the right to send one mail.
type NotificationClaim struct {
	RecipientID string
	// MessageIDs are the claimed messages that no mail has counted yet.
	MessageIDs []string
	// Token is unique to this claim.
	Token string
}

// How many of the counted messages are always remembered.
const (
	rememberedBefore = 30
	rememberedSince  = UnreadCeiling
)

// Forgettable returns which counted messages a ledger may forget when the claim is granted. Deliveries arrive
// roughly in the order of ids, so for messages before the claim's only redeliveries can still come.
// Forgettable returns those messages except the newest, and of the others those beyond what one mail counts.
func (c NotificationClaim) Forgettable(counted []string) []string {
	sorted := slices.Sorted(slices.Values(counted))
	since, _ := slices.BinarySearch(sorted, slices.Min(c.MessageIDs))
	out := sorted[:max(0, since-rememberedBefore)]
	return append(slices.Clip(out), sorted[since:][:max(0, len(sorted)-since-rememberedSince)]...)
}
