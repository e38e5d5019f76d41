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

// Help is shown below the command's summary.
func (logoutCmd) Help() string {
	return `The session is removed from this machine and revoked at the server, so that a copy of it is worth nothing.

Example:

	sealpost logout
	sealpost logout --everywhere`
}

// loggedOut is the result of logout.
type loggedOut struct {
	Server string `json:"server"`
	// Revoked says whether the server has heard of it.
	Revoked bool `json:"revoked"`
}

// Run signs out. The session is gone from this machine even if the server cannot
// be told, for that is what whoever leaves a machine relies on.
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

// logoutEverywhere keeps the session of this machine if the server cannot be told, so that
// it can be tried again.
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
		return nil // the pool that it was good for is gone
	}
	return conn.pool.Revoke(ctx, s.Tokens.Refresh)
}
