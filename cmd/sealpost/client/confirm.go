package client

import (
	"context"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

type confirmCmd struct {
	serverFlags
	usernameFlag
	Code string `arg:"" help:"The code from the mail."`
}

func (confirmCmd) Help() string {
	return `Example:

	sealpost confirm --username alice 123456`
}

type named struct {
	Username string `json:"username"`
}

func (c *confirmCmd) Run(ctx context.Context, env *Env) error {
	env.username, env.codesFrom = c.Username, "resend"
	conn, err := connect(ctx, env)
	if err != nil {
		return err
	}
	if err := conn.pool.Confirm(ctx, c.Username, c.Code); err != nil {
		return err
	}
	return env.Result(named{c.Username}, cli.Lines("Confirmed. "+c.Username+" can sign in now.",
		"next: "+env.command("login", "--username", c.Username)))
}

type resendCmd struct {
	serverFlags
	usernameFlag
}

func (resendCmd) Help() string {
	return `Codes that were sent before are void.

Example:

	sealpost resend --username alice`
}

func (c *resendCmd) Run(ctx context.Context, env *Env) error {
	env.username = c.Username
	conn, err := connect(ctx, env)
	if err != nil {
		return err
	}
	sent, err := conn.pool.Resend(ctx, c.Username)
	if err != nil {
		return err
	}
	return env.codeSent(signedUp{c.Username, sent.Destination}, "Sent again.", sent,
		env.command("confirm", "--username", c.Username, "CODE"))
}
