package client

import (
	"errors"
	"io/fs"
	"net/http"
	"syscall"

	"github.com/aws/smithy-go"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
)

func explain(env *Env, err error) *cli.Failure {
	if f := (*cli.Failure)(nil); errors.As(err, &f) {
		return f
	}
	var p *client.Problem
	if errors.As(err, &p) {
		return explainProblem(env, p)
	}
	var answered smithy.APIError
	if errors.As(err, &answered) {
		return explainPool(env, answered)
	}
	if f := explainConnection(env, err); f != nil {
		return f
	}
	if f := explainInput(err); f != nil {
		return f
	}
	return cli.Explain(err)
}

func explainConnection(env *Env, err error) *cli.Failure {
	var u *client.UnreachableError
	if errors.As(err, &u) {
		next := "check the URL and your connection"
		if errors.Is(err, syscall.ECONNREFUSED) {
			next = "is it running? start one with: sealpost serve; or name another with --server URL"
		}
		return cli.Fail(cli.ExitUnavailable, "unreachable", "cannot reach "+u.URL, u.Err.Error(), next)
	}
	if errors.Is(err, client.ErrNotSealpost) {
		return cli.Fail(cli.ExitFailure, "not-sealpost", env.server+" is not a Sealpost server", err.Error(),
			"something else listens there; check the URL, or name another with --server URL")
	}
	if errors.Is(err, client.ErrDowngrade) {
		return cli.Fail(cli.ExitRefused, "downgrade", env.server+" is configured unsafely", err.Error(),
			"ask whoever runs it to serve its API and its user pool by https")
	}
	var challenge *client.ChallengeError
	if errors.As(err, &challenge) {
		return cli.Fail(cli.ExitRefused, "challenge", "a password is not enough", "The user pool asks for "+challenge.Name+", which this client cannot give.",
			"sign in on the web page at "+env.server)
	}
	return nil
}

func explainInput(err error) *cli.Failure {
	switch {
	case errors.Is(err, terminal.ErrMismatch):
		return cli.Fail(cli.ExitRefused, "password-mismatch", terminal.ErrMismatch.Error(), "", "try again")
	case errors.Is(err, terminal.ErrNoInput):
		return cli.Fail(cli.ExitUsage, "no-input", "the input ended before a password was given", "",
			"type it at the prompt, or give it as the first line of standard input or in SEALPOST_PASSWORD")
	case errors.Is(err, fs.ErrExist):
		return cli.Fail(cli.ExitRefused, "file-exists", "the file exists already", err.Error(), "choose another name, or overwrite it with --force")
	case errors.Is(err, fs.ErrNotExist):
		return cli.Fail(cli.ExitFailure, "no-such-file", "there is no such file or folder", err.Error(), "")
	case errors.Is(err, client.ErrTooLarge):
		return cli.Fail(cli.ExitFailure, "too-large", "the server's answer is too large", err.Error(), "")
	}
	return nil
}

// explainProblem explains a problem of the API. A problem without a text of ours keeps
// the server's text.
func explainProblem(env *Env, p *client.Problem) *cli.Failure {
	f := &cli.Failure{
		Type: p.Type, Title: p.Title, Status: p.Status, Detail: p.Detail,
		RequestID: p.RequestID, ExitCode: exitOfStatus(p.Status),
	}
	switch {
	case p.Status == http.StatusUnauthorized:
		f.Next = env.command("login", "--username", "NAME")
	case p.Name() == "recipient-not-found":
		f.Next = env.command("users")
	case p.Name() == "message-not-found":
		f.Next = env.command("inbox")
	case p.Name() == client.ProblemNotReady:
		f.Next = "try again in a while, or wait longer with --wait 5m"
	case p.Name() == "bad-filename":
		f.Next = "give the recipient another name with --name NAME"
	case p.Temporary():
		f.Next = "try again in a while"
	}
	return f
}

func exitOfStatus(status int) int {
	switch {
	case status == http.StatusUnauthorized:
		return cli.ExitNotSignedIn
	case status == http.StatusNotFound:
		return cli.ExitNotFound
	case status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
		return cli.ExitUnavailable
	case status >= http.StatusBadRequest:
		return cli.ExitRefused
	}
	return cli.ExitFailure
}

// notSignedIn returns the failure of a command that needs a session. The username is
// that of an ended session, or empty if there was none.
func notSignedIn(env *Env, username string) *cli.Failure {
	if username == "" {
		return cli.Fail(cli.ExitNotSignedIn, "not-signed-in", "you are not signed in", "There is no session at "+env.server+".",
			env.command("login", "--username", "NAME"))
	}
	return cli.Fail(cli.ExitNotSignedIn, "session-ended", "your session has ended", "The server no longer accepts it.",
		env.command("login", "--username", username))
}
