package serve

import (
	"context"
	"time"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/consumers/notify"
	"github.com/sealpost/sealpost/consumers/projector"
	"github.com/sealpost/sealpost/consumers/reconcile"
	"github.com/sealpost/sealpost/consumers/userkey"
	"github.com/sealpost/sealpost/consumers/usertopic"
	"github.com/sealpost/sealpost/internal/delivery"
	"github.com/sealpost/sealpost/internal/projection"
)

// consumers are those that events/subscriptions.json names.
func (h *home) consumers() (map[string]eventlog.Handler, error) {
	out := map[string]eventlog.Handler{}
	now, log := h.config.Now, h.log
	for name, build := range map[string]func() (*delivery.Consumer, error){
		userkey.Name: func() (*delivery.Consumer, error) {
			return userkey.New(userkey.Deps{Keys: h.keys, Exclusive: true, Bus: h.events, Now: now, Log: log})
		},
		usertopic.Name: func() (*delivery.Consumer, error) {
			return usertopic.New(usertopic.Deps{Identities: h.pool, Topics: h.topics, Bus: h.events, Now: now, Log: log})
		},
		notify.Name: func() (*delivery.Consumer, error) {
			return notify.New(notify.Deps{
				Users: h.users, Inbox: h.inbox, Unread: h.unread, Ledger: h.topics, Notifier: h.topics, Now: now, Log: log,
			})
		},
	} {
		c, err := build()
		if err != nil {
			return nil, err
		}
		out[name] = c.Handle
	}
	for _, p := range projection.All() {
		store, err := h.projections.Store(p.Name)
		if err != nil {
			return nil, err
		}
		c, err := projector.New(projector.Deps{Projection: p, Store: store, Log: log})
		if err != nil {
			return nil, err
		}
		out[p.Name] = c.Handle
	}
	return out, nil
}

const (
	// reconcileEvery is how often half-done work is looked for, as on AWS.
	reconcileEvery = 5 * time.Minute
	// reconcileGrace is how long a message may take from its ciphertext to the inbox.
	// It takes milliseconds here; a minute is for a machine that is busy.
	reconcileGrace = time.Minute
)

// reconcile runs the reconciler until the context ends. Each run looks at what was
// stored since the last one that went well; the first looks at everything.
func (h *home) reconcile(ctx context.Context) {
	h.scheduler.Run(ctx, reconcile.Name, reconcileEvery, func(ctx context.Context, since time.Time) error {
		if !since.IsZero() {
			since = since.Add(-2 * reconcileGrace) // what was too fresh for the last run, and then some
		}
		run := reconcile.New(reconcile.Deps{
			Blobs: h.blobs, Recent: h.blobs, Inbox: h.inbox, Identities: h.pool, Users: h.users, Bus: h.events,
			Now: h.config.Now, Log: h.log, Grace: reconcileGrace, From: func(time.Time) time.Time { return since },
		})
		return run(ctx, lambdaevents.EventBridgeEvent{DetailType: "Scheduled Event", Source: "aws.events", Time: h.config.Now()})
	})
}
