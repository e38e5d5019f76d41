package serve

import (
	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/consumers/inbox"
	"github.com/sealpost/sealpost/consumers/notify"
	"github.com/sealpost/sealpost/consumers/unread"
	"github.com/sealpost/sealpost/consumers/userkey"
	"github.com/sealpost/sealpost/consumers/users"
	"github.com/sealpost/sealpost/consumers/usertopic"
	"github.com/sealpost/sealpost/internal/delivery"
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
		users.Name:  func() (*delivery.Consumer, error) { return users.New(users.Deps{Users: h.users, Log: log}) },
		inbox.Name:  func() (*delivery.Consumer, error) { return inbox.New(inbox.Deps{Inbox: h.inbox, Log: log}) },
		unread.Name: func() (*delivery.Consumer, error) { return unread.New(unread.Deps{Unread: h.unread, Log: log}) },
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
	return out, nil
}
