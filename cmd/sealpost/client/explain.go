package client

import (
	"errors"
	"io/fs"
	"net/http"
	"syscall"

	"github.com/aws/smithy-go"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/client/terminal"
)

// explain makes a failure of any error.
func explain(env *Env, err error) *failure {
	var f *failure
	if errors.As(err, &f) {
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
	return fail(exitFailure, "failed", err.Error(), "", "")
}

// explainConnection explains errors of getting to the server.
func explainConnection(env *Env, err error) *failure {
	var u *client.UnreachableError
	if errors.As(err, &u) {
		next := "check the URL and your connection"
		if errors.Is(err, syscall.ECONNREFUSED) {
			next = "is it running? start one with: sealpost serve; or name another with --server URL"
		}
		return fail(exitUnavailable, "unreachable", "cannot reach "+u.URL, u.Err.Error(), next)
	}
	if errors.Is(err, client.ErrNotSealpost) {
		return fail(exitFailure, "not-sealpost", env.server+" is not a Sealpost server", err.Error(),
			"something else listens there; check the URL, or name another with --server URL")
	}
	if errors.Is(err, client.ErrDowngrade) {
		return fail(exitRefused, "downgrade", env.server+" is configured unsafely", err.Error(),
			"ask whoever runs it to serve its API and its user pool by https")
	}
	var challenge *client.ChallengeError
	if errors.As(err, &challenge) {
		return fail(exitRefused, "challenge", "a password is not enough", "The user pool asks for "+challenge.Name+", which this client cannot give.",
			"sign in on the web page at "+env.server)
	}
	return nil
}

// explainInput explains errors of what the person gave.
func explainInput(err error) *failure {
	switch {
	case errors.Is(err, terminal.ErrMismatch):
		return fail(exitRefused, "password-mismatch", terminal.ErrMismatch.Error(), "", "try again")
	case errors.Is(err, terminal.ErrNoInput):
		return fail(exitUsage, "no-input", "the input ended before a password was given", "",
			"type it at the prompt, or give it as the first line of standard input or in SEALPOST_PASSWORD")
	case errors.Is(err, fs.ErrExist):
		return fail(exitRefused, "file-exists", "the file exists already", err.Error(), "choose another name, or overwrite it with --force")
	case errors.Is(err, fs.ErrNotExist):
		return fail(exitFailure, "no-such-file", "there is no such file or folder", err.Error(), "")
	case errors.Is(err, client.ErrTooLarge):
		return fail(exitFailure, "too-large", "the server's answer is too large", err.Error(), "")
	}
	return nil
}

// explainProblem explains what the API said. Problems that have no words of ours
// are told in the server's.
func explainProblem(env *Env, p *client.Problem) *failure {
	f := &failure{
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
		return exitNotSignedIn
	case status == http.StatusNotFound:
		return exitNotFound
	case status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
		return exitUnavailable
	case status >= http.StatusBadRequest:
		return exitRefused
	}
	return exitFailure
}
