package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/client/session"
)

// patience is how long a call is retried, unless the command sets another limit.
const patience = 10 * time.Second

type connection struct {
	env    *Env
	server string
	cfg    client.Config
	pool   *client.Pool
	store  session.Store
}

// connect asks the server for its configuration. It tries once, so that a user who has
// not started the server learns of it at once.
func connect(ctx context.Context, env *Env) (*connection, error) {
	store, err := env.sessions()
	if err != nil {
		return nil, err
	}
	cfg, err := client.Discover(ctx, env.http, env.server)
	if err != nil {
		return nil, err
	}
	warnPlain(env, env.server, cfg)
	return &connection{env, env.server, cfg, client.NewPool(env.http, cfg), store}, nil
}

// keep saves a sign-in as the session at the server.
func (c *connection) keep(tokens client.Tokens, username string) error {
	return c.store.Save(session.Session{
		Server: c.server, UserPoolID: c.cfg.Cognito.UserPoolID, ClientID: c.cfg.Cognito.ClientID,
		Username: username, Tokens: tokens,
	})
}

// session returns the session at the server. A session of another user pool does not
// count.
func (c *connection) session() (session.Session, error) {
	s, err := c.store.Load(c.server)
	if errors.Is(err, session.ErrNone) {
		return s, notSignedIn(c.env, "")
	}
	if err != nil {
		return s, err
	}
	if !s.Of(c.cfg.Cognito) {
		return s, notSignedIn(c.env, s.Username)
	}
	return s, nil
}

// tokens returns the signed-in user's tokens. They are refreshed and saved as needed.
func (c *connection) tokens() (*client.Session, error) {
	s, err := c.session()
	if err != nil {
		return nil, err
	}
	keeper := &keeper{c, s}
	tokens := client.NewSession(keeper, s.Tokens)
	tokens.OnRefresh = keeper.keep
	return tokens, nil
}

func (c *connection) api() (*client.Client, error) {
	tokens, err := c.tokens()
	if err != nil {
		return nil, err
	}
	api := client.New(c.env.http, c.cfg, tokens)
	api.Retry = client.Retry{For: patience, Notify: c.env.noticeRetry}
	api.UserAgent = "sealpost/" + buildInfo().Version
	return api, nil
}

func signedIn(ctx context.Context, env *Env) (*client.Client, error) {
	c, err := connect(ctx, env)
	if err != nil {
		return nil, err
	}
	return c.api()
}

// keeper refreshes a session and saves it on disk. One client.Session calls it, one
// call at a time.
type keeper struct {
	*connection
	session session.Session
}

// Refresh implements client.Refresher. If the pool rotates refresh tokens, a refusal
// may mean that another command has refreshed. That command's tokens are then on disk.
func (k *keeper) Refresh(ctx context.Context, refreshToken string) (client.Tokens, error) {
	tokens, err := k.pool.Refresh(ctx, refreshToken)
	var refused *types.NotAuthorizedException
	if !errors.As(err, &refused) {
		return tokens, err
	}
	newer, loadErr := k.store.Load(k.server)
	if loadErr == nil && newer.Of(k.cfg.Cognito) && newer.Tokens.ID != k.session.Tokens.ID {
		return newer.Tokens, nil
	}
	return tokens, notSignedIn(k.env, k.session.Username)
}

func (k *keeper) keep(tokens client.Tokens) error {
	k.session.Tokens = tokens
	err := k.store.Update(k.session)
	if errors.Is(err, session.ErrNone) {
		return notSignedIn(k.env, k.session.Username)
	}
	if err != nil {
		return fmt.Errorf("keeping the session: %w", err)
	}
	return nil
}

// noticeRetry tells the user about a retry, unless the wait is too short to notice.
func (e *Env) noticeRetry(err error, wait time.Duration) {
	if wait >= time.Second {
		e.Notice(fmt.Sprintf("%s; trying again in %s", explain(e, err).Title, wait.Round(time.Second)))
	}
}
