package serve

import (
	"github.com/sealpost/sealpost/consumers/notify"
	"github.com/sealpost/sealpost/consumers/projector"
	"github.com/sealpost/sealpost/consumers/userkey"
	"github.com/sealpost/sealpost/consumers/usertopic"
	"github.com/sealpost/sealpost/internal/delivery"
	"github.com/sealpost/sealpost/internal/projection"
)

// consumers returns the consumers that events/subscriptions/subscriptions.json names.
func (h *home) consumers() (map[string]*delivery.Consumer, error) {
	out := map[string]*delivery.Consumer{}
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
		out[name] = c
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
		out[p.Name] = c
	}
	return out, nil
}
