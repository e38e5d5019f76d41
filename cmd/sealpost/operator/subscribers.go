package operator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventstream"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

type subscribersCmd struct {
	Add    addSubscriberCmd    `cmd:"" help:"Let another system follow the event log, and show its token once."`
	List   listSubscribersCmd  `cmd:"" help:"List who may follow."`
	Remove removeSubscriberCmd `cmd:"" help:"Take the access away again."`
}

func (f *dataFlags) withRegistry(ctx context.Context, run func(*eventstream.Registry) error) (err error) {
	db, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	registry, err := eventstream.NewRegistry(ctx, db, time.Now)
	if err != nil {
		return err
	}
	return run(registry)
}

type addSubscriberCmd struct {
	dataFlags
	Name string `arg:"" help:"What the subscriber is called here."`
}

func (*addSubscriberCmd) Help() string {
	return `The token is the subscriber's password: only its hash is kept, so it is shown now and never again. With it the subscriber follows every event, in the order of the log, as server-sent events: GET /events?after=CURSOR, where the cursor is the id of the last event that it saw; none means from the beginning, "latest" from now on. ?type=MessageStored (repeatable) filters.

Example:

	sealpost subscribers add audit
	curl -N -H "Authorization: Bearer TOKEN" "http://127.0.0.1:8080/events?after=0"`
}

type newSubscriber struct {
	Name  string `json:"name"`
	Token string `json:"token"`
}

func (c *addSubscriberCmd) Run(ctx context.Context, env *cli.Env) error {
	return c.withRegistry(ctx, func(r *eventstream.Registry) error {
		token, err := r.Add(ctx, c.Name)
		switch {
		case errors.Is(err, eventstream.ErrName):
			return cli.Usage(eventstream.ErrName.Error())
		case errors.Is(err, eventstream.ErrExists):
			return cli.Fail(cli.ExitRefused, "subscriber-exists", eventstream.ErrExists.Error(), "Its token cannot be shown again.",
				"to give it another: sealpost subscribers remove "+c.Name+", then add it again")
		case err != nil:
			return err
		}
		env.Notice("This is the token of " + c.Name + ". Keep it like a password; it is not shown again.")
		return env.Result(newSubscriber{c.Name, token}, token)
	})
}

type listSubscribersCmd struct {
	dataFlags
}

func (*listSubscribersCmd) Help() string {
	return `Example:

	sealpost subscribers list --json`
}

type subscriberList struct {
	Subscribers []eventstream.Subscriber `json:"subscribers"`
}

func (c *listSubscribersCmd) Run(ctx context.Context, env *cli.Env) error {
	return c.withRegistry(ctx, func(r *eventstream.Registry) error {
		all, err := r.List(ctx)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return env.Result(subscriberList{[]eventstream.Subscriber{}}, "Nobody may follow. Let somebody: sealpost subscribers add NAME")
		}
		rows := [][]string{{"NAME", "ADDED", "LAST CONNECTED"}}
		for _, s := range all {
			connected := "never"
			if !s.ConnectedAt.IsZero() {
				connected = stamp(s.ConnectedAt)
			}
			rows = append(rows, []string{s.Name, stamp(s.CreatedAt), connected})
		}
		return env.Result(subscriberList{all}, cli.Table(rows))
	})
}

type removeSubscriberCmd struct {
	dataFlags
	Name string `arg:"" help:"What the subscriber is called here."`
}

func (*removeSubscriberCmd) Help() string {
	return `A stream that is open ends within 15 seconds.

Example:

	sealpost subscribers remove audit`
}

func (c *removeSubscriberCmd) Run(ctx context.Context, env *cli.Env) error {
	return c.withRegistry(ctx, func(r *eventstream.Registry) error {
		err := r.Remove(ctx, c.Name)
		if errors.Is(err, eventstream.ErrUnknown) {
			return cli.Fail(cli.ExitNotFound, "subscriber-not-found", eventstream.ErrUnknown.Error(), fmt.Sprintf("Nobody is called %q here.", c.Name),
				"sealpost subscribers list")
		}
		if err != nil {
			return err
		}
		return env.Result(map[string]string{"removed": c.Name}, "Removed "+c.Name+".")
	})
}
