package client

import (
	"context"
	"errors"

	"github.com/sealpost/sealpost/cmd/sealpost/client/session"
)

type logoutCmd struct {
	serverFlags
	Everywhere bool `help:"End all your sessions, on all machines and pages."`
}

func (logoutCmd) Help() string {
	return `The session is removed from this machine and revoked at the server, so that a copy of it is worth nothing.

Example:

	sealpost logout
	sealpost logout --everywhere`
}

type loggedOut struct {
	Server string `json:"server"`
	// Revoked reports whether the server has revoked the refresh token.
	Revoked bool `json:"revoked"`
}

// Run signs out. It removes the session from this machine even if the server cannot be
// reached, because a user who leaves a machine relies on that.
func (c *logoutCmd) Run(ctx context.Context, env *Env) error {
	if c.Everywhere {
		return logoutEverywhere(ctx, env)
	}
	store, err := env.sessions()
	if err != nil {
		return err
	}
	s, err := store.Load(env.server)
	if errors.Is(err, session.ErrNone) {
		return notSignedIn(env, "")
	}
	if err != nil {
		return err
	}
	if err := store.Remove(env.server); err != nil {
		return err
	}
	if err := revoke(ctx, env, s); err != nil {
		env.Warn("signed out here, but the server could not be told: " + explain(env, err).Error())
		return env.Result(loggedOut{env.server, false}, "Signed out of "+env.server+" on this machine.")
	}
	return env.Result(loggedOut{env.server, true}, "Signed out of "+env.server+".")
}

// logoutEverywhere keeps this machine's session if the server cannot be reached, so
// that the user can try again.
func logoutEverywhere(ctx context.Context, env *Env) error {
	conn, access, err := signedInPool(ctx, env)
	if err != nil {
		return err
	}
	if err := conn.pool.SignOutEverywhere(ctx, access); err != nil {
		return err
	}
	if err := conn.store.Remove(env.server); err != nil {
		return err
	}
	return env.Result(loggedOut{env.server, true}, "Signed out of "+env.server+" everywhere.")
}

func revoke(ctx context.Context, env *Env, s session.Session) error {
	conn, err := connect(ctx, env)
	if err != nil {
		return err
	}
	if !s.Of(conn.cfg.Cognito) {
		return nil // the pool of this session is gone
	}
	return conn.pool.Revoke(ctx, s.Tokens.Refresh)
}
