package client

import (
	"context"
	"fmt"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

type signupCmd struct {
	serverFlags
	usernameFlag
	Email string `short:"e" required:"" placeholder:"ADDRESS" help:"Where the code and the notifications go."`
}

func (signupCmd) Help() string {
	return `A code is sent to the e-mail address; sealpost confirm takes it. ` + passwordHelp + `

Example:

	sealpost signup --username alice --email alice@example.org`
}

type signedUp struct {
	Username string `json:"username"`
	// Destination is where the code went, as far as the pool says.
	Destination string `json:"destination"`
}

func (c *signupCmd) Run(ctx context.Context, env *Env) error {
	env.username = c.Username
	conn, err := connect(ctx, env)
	if err != nil {
		return err
	}
	password, err := env.password(ctx, "New password", true)
	if err != nil {
		return err
	}
	sent, err := conn.pool.SignUp(ctx, c.Username, c.Email, password)
	if err != nil {
		return err
	}
	return env.codeSent(signedUp{c.Username, sent.Destination}, "Registered.", sent,
		env.command("confirm", "--username", c.Username, "CODE"))
}

func (e *Env) codeSent(v any, done string, to client.Delivery, next string) error {
	where := to.Destination
	if where == "" {
		where = "your e-mail address"
	}
	return e.Result(v, cli.Lines(fmt.Sprintf("%s A code was sent to %s.", done, where), "next: "+next))
}
