package client

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/client/session"
)

// Env gives the client's commands their environment. Create it with [NewEnv].
type Env struct {
	*cli.Env
	http *http.Client
	// server is set once the command's flags are parsed.
	server string
	// username and codesFrom are for hints: the user that the command is about, and the
	// command that sends another code.
	username, codesFrom string
}

// NewEnv returns an Env for one command.
func NewEnv(shared *cli.Env) *Env { return &Env{Env: shared, http: client.NewHTTPClient()} }

// Report is [cli.Env.Report] with this package's error texts.
func (e *Env) Report(ctx context.Context, err error) int {
	return e.Env.Report(ctx, err, func(err error) *cli.Failure { return explain(e, err) })
}

func (e *Env) sessions() (session.Store, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return session.Store{}, fmt.Errorf("finding where to keep the session: %w", err)
	}
	return session.Store{Dir: filepath.Join(dir, "sealpost")}, nil
}

func (e *Env) user() string {
	if e.username == "" {
		return "NAME"
	}
	return e.username
}
