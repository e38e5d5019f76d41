package client

import (
	"cmp"
	"context"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

type loginCmd struct {
	serverFlags
	usernameFlag
}

func (loginCmd) Help() string {
	return `The session is kept in your configuration folder, readable by you alone, one for each server. It is refreshed by itself until sealpost logout ends it. ` + passwordHelp + `

Example:

	sealpost login --username alice
	sealpost login --username alice --server https://sealpost.example.org`
}

// loggedIn is the result of login. It holds no tokens, because results end up in logs.
type loggedIn struct {
	Username string `json:"username"`
	Server   string `json:"server"`
}

func (c *loginCmd) Run(ctx context.Context, env *Env) error {
	env.username = c.Username
	conn, err := connect(ctx, env)
	if err != nil {
		return err
	}
	password, err := env.password(ctx, "Password", false)
	if err != nil {
		return err
	}
	tokens, err := conn.pool.SignIn(ctx, c.Username, password)
	if err != nil {
		return err
	}
	// A pool may accept an e-mail address as the name; the token has the username.
	username := cmp.Or(tokens.Username(), c.Username)
	if err := conn.keep(tokens, username); err != nil {
		return err
	}
	return env.Result(loggedIn{username, env.server}, cli.Lines("Signed in to "+env.server+" as "+username+"."))
}
