package client

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/client/session"
)

// Env is what commands have of the process that they run in. Make it with
// [NewEnv].
type Env struct {
	in       io.Reader
	out, err io.Writer
	http     *http.Client
	// json and server are what the command's flags say, once they are parsed.
	json   bool
	server string
	// username and codesFrom are for hints: whom the command is about, and the
	// command that sends another of the codes that it takes.
	username, codesFrom string
}

// NewEnv gives commands their streams.
func NewEnv(stdin io.Reader, stdout, stderr io.Writer) *Env {
	return &Env{in: stdin, out: stdout, err: stderr, http: client.NewHTTPClient()}
}

// sessions is the store under the user's configuration folder.
func (e *Env) sessions() (session.Store, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return session.Store{}, fmt.Errorf("finding where to keep the session: %w", err)
	}
	return session.Store{Dir: filepath.Join(dir, "sealpost")}, nil
}

// user is whom the command is about, to be named in a hint.
func (e *Env) user() string {
	if e.username == "" {
		return "NAME"
	}
	return e.username
}
