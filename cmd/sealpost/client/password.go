package client

import (
	"cmp"
	"context"
	"os"

	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
)

// passwordVariable is for scripts. There is no flag for the password, because every
// user of the machine can read arguments.
const passwordVariable = "SEALPOST_PASSWORD"

const passwordHelp = `The password is asked for without echo at a terminal. Otherwise it is the first line of standard input, or SEALPOST_PASSWORD.`

// password returns a password from the environment, the terminal, or the first line of
// standard input. At a terminal it asks twice for a new password.
func (e *Env) password(ctx context.Context, prompt string, isNew bool) (string, error) {
	return e.passwordFrom(ctx, passwordVariable, prompt, isNew)
}

func (e *Env) passwordFrom(ctx context.Context, variable, prompt string, isNew bool) (string, error) {
	if given := os.Getenv(variable); given != "" {
		return given, nil
	}
	if terminal.Is(e.Stdin()) {
		return terminal.Password(ctx, e.Stdin(), e.Stderr(), prompt, isNew)
	}
	return terminal.FirstLine(ctx, e.Stdin())
}

const newPasswordVariable = "SEALPOST_NEW_PASSWORD" //nolint:gosec // a name, no credential

type passwordCmd struct {
	serverFlags
}

func (passwordCmd) Help() string {
	return `Sets a new password by the present one, and signs out everywhere else. Both are asked for without echo at a terminal. Otherwise they are the first and the second line of standard input, or SEALPOST_PASSWORD and SEALPOST_NEW_PASSWORD.

Example:

	sealpost password`
}

// Run changes the password. Cognito keeps other sessions after a change, so Run ends
// all sessions and signs in again here.
func (c *passwordCmd) Run(ctx context.Context, env *Env) error {
	conn, access, err := signedInPool(ctx, env)
	if err != nil {
		return err
	}
	present, err := env.password(ctx, "Present password", false)
	if err != nil {
		return err
	}
	fresh, err := env.passwordFrom(ctx, newPasswordVariable, "New password", true)
	if err != nil {
		return err
	}
	if err := conn.pool.ChangePassword(ctx, access, present, fresh); err != nil {
		return err
	}
	if err := conn.pool.SignOutEverywhere(ctx, access); err != nil {
		f := explain(env, err)
		f.Detail = cmp.Or(f.Detail, f.Title)
		f.Title = "the new password is set, but other sessions were not ended"
		f.Next = env.command("logout", "--everywhere")
		return f
	}
	tokens, err := conn.pool.SignIn(ctx, env.username, fresh)
	if err != nil {
		return err
	}
	if err := conn.keep(tokens, env.username); err != nil {
		return err
	}
	return env.Result(named{env.username}, "The new password is set. All other sessions have ended.")
}

func signedInPool(ctx context.Context, env *Env) (*connection, string, error) {
	conn, err := connect(ctx, env)
	if err != nil {
		return nil, "", err
	}
	s, err := conn.session()
	if err != nil {
		return nil, "", err
	}
	env.username = s.Username
	tokens, err := conn.tokens()
	if err != nil {
		return nil, "", err
	}
	access, err := tokens.AccessToken(ctx)
	return conn, access, err
}
