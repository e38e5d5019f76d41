package client

import (
	"context"
	"os"

	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
)

// passwordVariable is for scripts. Arguments are not: every user of the machine can
// read them.
const passwordVariable = "SEALPOST_PASSWORD"

// passwordHelp says where passwords come from.
const passwordHelp = `The password is asked for without echo at a terminal. Otherwise it is the first line of standard input, or SEALPOST_PASSWORD.`

// password gets a password from the environment, the terminal, or the first line
// of standard input. A new one is asked for twice at a terminal.
func (e *Env) password(ctx context.Context, prompt string, isNew bool) (string, error) {
	if given := os.Getenv(passwordVariable); given != "" {
		return given, nil
	}
	if terminal.Is(e.Stdin()) {
		return terminal.Password(ctx, e.Stdin(), e.Stderr(), prompt, isNew)
	}
	return terminal.FirstLine(ctx, e.Stdin())
}
