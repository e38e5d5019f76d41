package client

import (
	"context"
	"strconv"
)

type unreadCmd struct {
	serverFlags
}

func (unreadCmd) Help() string {
	return `Above 1000 it shows 1000+.

Example:

	sealpost unread`
}

func (c *unreadCmd) Run(ctx context.Context, env *Env) error {
	api, err := signedIn(ctx, env)
	if err != nil {
		return err
	}
	count, err := api.Unread(ctx)
	if err != nil {
		return err
	}
	text := strconv.Itoa(count.Unread)
	if count.More {
		text += "+"
	}
	return env.Result(count, text)
}
