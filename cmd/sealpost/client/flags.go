package client

import "github.com/sealpost/sealpost/cmd/sealpost/cli"

// serverFlags are embedded in every command that calls a server.
type serverFlags struct {
	cli.JSONFlag `embed:""`
	Server       string `placeholder:"URL" env:"SEALPOST_SERVER" help:"The server. Default: that of the last session, or else http://127.0.0.1:8080."`
}

// AfterApply decides which server to call.
func (f *serverFlags) AfterApply(env *Env) (err error) {
	if err := f.JSONFlag.AfterApply(env.Env); err != nil {
		return err
	}
	env.server, err = whichServer(f.Server, env)
	return err
}

// usernameFlag is embedded in the commands that work without a session.
type usernameFlag struct {
	Username string `short:"u" required:"" placeholder:"NAME" help:"The username."`
}

type pageFlags struct {
	Limit int  `short:"n" default:"50" placeholder:"N" help:"Show at most N."`
	All   bool `short:"a" help:"Show all of them."`
}

func (f pageFlags) Validate() error {
	if f.Limit < 1 {
		return cli.Usage("--limit is at least 1")
	}
	return nil
}
