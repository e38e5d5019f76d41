package delivery

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/events"
)

// parallel limits how many events of one batch are handled concurrently. Most of the
// time is waiting for a store. Higher concurrency means fewer sequential round trips,
// and fewer commits in the embedded backend.
const parallel = 64

// Route says how a consumer handles one type of event.
type Route struct {
	handles events.Type
	react   func(context.Context, events.Event) error
}

// On returns the route of an event type for a function that takes its data.
func On[D events.Data](react func(ctx context.Context, m events.Metadata, data D) error) Route {
	var zero D
	return Route{zero.Type(), func(ctx context.Context, ev events.Event) error {
		data, ok := ev.Data.(D)
		if !ok { // cannot happen: the table is keyed by the data's type name
			return fmt.Errorf("%w: %T under the name %s", events.ErrUnknownEvent, ev.Data, ev.Type())
		}
		return react(ctx, ev.Metadata, data)
	}}
}

type table map[events.Type]Route

func newTable(routes []Route) (table, error) {
	t := make(table, len(routes))
	for _, r := range routes {
		if _, twice := t[r.handles]; twice {
			return nil, fmt.Errorf("two routes for %s", r.handles)
		}
		t[r.handles] = r
	}
	return t, nil
}

func (t table) covers(s events.Subscription) error {
	var errs []error
	for _, name := range s.Events {
		if _, ok := t[name]; !ok {
			errs = append(errs, fmt.Errorf("subscribes to %s but has no route for it", name))
		}
	}
	for name := range t {
		if !s.Takes(name) {
			errs = append(errs, fmt.Errorf("has a route for %s but does not subscribe to it", name))
		}
	}
	return errors.Join(errs...)
}

// each handles the events concurrently, in no order. The bus guarantees no order
// either.
func (t table) each(ctx context.Context, evs []events.Event) []error {
	errs := make([]error, len(evs))
	if len(evs) == 1 { // a replay of millions delivers events one by one
		errs[0] = t.one(ctx, evs[0])
		return errs
	}
	var g errgroup.Group
	g.SetLimit(parallel)
	for i, ev := range evs {
		g.Go(func() error {
			errs[i] = t.one(ctx, ev)
			return nil
		})
	}
	_ = g.Wait() // every outcome is in errs
	return errs
}

func (t table) one(ctx context.Context, ev events.Event) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked(p)
		}
	}()
	return t[ev.Type()].react(ctx, ev)
}

// ErrPanic is wrapped by a failure that was a panic.
var ErrPanic = errors.New("panic")

func panicked(p any) error { return fmt.Errorf("%w: %v\n%s", ErrPanic, p, debug.Stack()) }
