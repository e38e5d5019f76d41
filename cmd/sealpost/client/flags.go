package client

// jsonFlag is embedded in every command.
type jsonFlag struct {
	JSON bool `help:"Write the result as JSON to standard output, and errors as JSON to standard error."`
}

// AfterApply tells the environment how to report, before the command runs.
func (f *jsonFlag) AfterApply(env *Env) error {
	env.json = f.JSON
	return nil
}

// serverFlags are embedded in every command that talks with a server.
type serverFlags struct {
	jsonFlag `embed:""`
	Server   string `placeholder:"URL" env:"SEALPOST_SERVER" help:"The server. Default: that of the last session, or else http://127.0.0.1:8080."`
}

// AfterApply settles which server is meant.
func (f *serverFlags) AfterApply(env *Env) (err error) {
	env.json = f.JSON
	env.server, err = whichServer(f.Server, env)
	return err
}

// usernameFlag is embedded in the commands that work without a session.
type usernameFlag struct {
	Username string `short:"u" required:"" placeholder:"NAME" help:"The username."`
}

// pageFlags are embedded in commands that list.
type pageFlags struct {
	Limit int  `short:"n" default:"50" placeholder:"N" help:"Show at most N."`
	All   bool `short:"a" help:"Show all of them."`
}

// Validate refuses a limit that shows nothing.
func (f pageFlags) Validate() error {
	if f.Limit < 1 {
		return usage("--limit is at least 1")
	}
	return nil
}
