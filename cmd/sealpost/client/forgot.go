package client

import (
	"context"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

type forgotCmd struct {
	serverFlags
	usernameFlag
}

func (forgotCmd) Help() string {
	return `The code goes to the user's e-mail address; sealpost reset takes it.

Example:

	sealpost forgot --username alice`
}

func (c *forgotCmd) Run(ctx context.Context, env *Env) error {
	env.username = c.Username
	conn, err := connect(ctx, env)
	if err != nil {
		return err
	}
	sent, err := conn.pool.Forgot(ctx, c.Username)
	if err != nil {
		return err
	}
	return env.codeSent(signedUp{c.Username, sent.Destination}, "Asked for a new password.", sent,
		env.command("reset", "--username", c.Username, "CODE"))
}

type resetCmd struct {
	serverFlags
	usernameFlag
	Code string `arg:"" help:"The code from the mail."`
}

func (resetCmd) Help() string {
	return passwordHelp + `

Example:

	sealpost reset --username alice 123456`
}

func (c *resetCmd) Run(ctx context.Context, env *Env) error {
	env.username, env.codesFrom = c.Username, "forgot"
	conn, err := connect(ctx, env)
	if err != nil {
		return err
	}
	password, err := env.password(ctx, "New password", true)
	if err != nil {
		return err
	}
	if err := conn.pool.Reset(ctx, c.Username, c.Code, password); err != nil {
		return err
	}
	return env.Result(named{c.Username}, cli.Lines("The new password is set.",
		"next: "+env.command("login", "--username", c.Username)))
}
