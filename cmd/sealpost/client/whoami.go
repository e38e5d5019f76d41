package client

import (
	"context"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

type whoamiCmd struct {
	serverFlags
}

func (whoamiCmd) Help() string {
	return `Example:

	sealpost whoami`
}

type me struct {
	client.User
	Server string `json:"server"`
}

// Run asks the server, so it also shows whether the session is valid.
func (c *whoamiCmd) Run(ctx context.Context, env *Env) error {
	api, err := signedIn(ctx, env)
	if err != nil {
		return err
	}
	user, err := api.Me(ctx)
	if err != nil {
		return err
	}
	text := user.String() + " at " + env.server
	if !user.Ready {
		text += " (cannot be sent messages yet)"
	}
	return env.Result(me{user, env.server}, cli.Lines(text))
}
