package unread_test

import (
	"context"
	"errors"
	"testing"

	"github.com/sealpost/sealpost/internal/testing/handlertest"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/queries/unread"
)

// set has a size, or fails.
type set struct {
	ports.Unread
	count ports.UnreadCount
	err   error
}

func (s set) Count(_ context.Context, who string) (ports.UnreadCount, error) {
	if who != handlertest.CallerID {
		return ports.UnreadCount{}, errors.New("asked for somebody else")
	}
	return s.count, s.err
}

func TestTheCount(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]set{
		`{"unread":0}`:                {},
		`{"unread":3}`:                {count: ports.UnreadCount{Unread: 3}},
		`{"unread":1000,"more":true}`: {count: ports.UnreadCount{Unread: 1000, More: true}},
	} {
		res := handlertest.Call(t, unread.New(unread.Deps{Unread: s, Log: handlertest.Log}), handlertest.Request(nil))
		if res.Body != want {
			t.Errorf("answered %s, want %s", res.Body, want)
		}
	}
	res := handlertest.Call(t, unread.New(unread.Deps{Unread: set{err: errors.New("out")}, Log: handlertest.Log}), handlertest.Request(nil))
	handlertest.Expect(t, res, 500, "internal")
}
