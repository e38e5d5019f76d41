package ports

import (
	"context"
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

// NotificationLedger remembers up to when each recipient has been notified, so
// that a redelivery sends nothing twice and a burst of messages becomes one
// mail: a mail that is sent at a time covers every message stored before.
type NotificationLedger interface {
	// Claim asks for the right to notify the recipient of a message stored at
	// storedAt. Of concurrent claims for one recipient one is granted; the others
	// get ErrClaimed until it is settled or, should the winner have died, its
	// lease ends. A message that an earlier mail covers gets ErrCovered.
	Claim(ctx context.Context, recipientID string, storedAt, now time.Time, lease time.Duration) (NotificationClaim, error)
	// Settle records that the claim's mail was sent: every message stored until
	// the claim's time is covered.
	Settle(ctx context.Context, claim NotificationClaim) error
	// Release gives the claim back without a mail having been sent. Releasing a
	// claim that is settled or that another took over after its lease does nothing.
	Release(ctx context.Context, claim NotificationClaim) error
}

// NotificationClaim is the right to send one mail.
type NotificationClaim struct {
	RecipientID string
	// At is when the claim was made, to the millisecond: what was stored until
	// then is covered by its mail.
	At time.Time
	// Token tells this claim from every other.
	Token string
}
