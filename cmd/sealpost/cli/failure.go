package cli

import "errors"

// The exit codes. Scripts rely on them; [ExitCodes] documents them in the help.
const (
	ExitOK          = 0
	ExitFailure     = 1
	ExitUsage       = 2
	ExitNotSignedIn = 3
	ExitNotFound    = 4
	ExitRefused     = 5
	// ExitUnavailable is for failures that a retry may cure.
	ExitUnavailable = 6
	// ExitFirst means that something else has to be done first.
	ExitFirst = 7
	// ExitInterrupted is 128 + SIGINT, as shells have it.
	ExitInterrupted = 130
)

// ExitCodes is a paragraph of the help.
const ExitCodes = `Exit codes:

	0    done
	1    failed for a reason that has no code of its own
	2    the command line is wrong
	3    not signed in, or the session has ended
	4    there is no such message or user
	5    refused: a wrong password or code, bad input, a file too large
	6    the server cannot be reached, is failing or is busy; trying again may help
	7    something else has to be done first: the output says what
	130  stopped by Ctrl-C`

// failurePrefix begins the type of failures that the command line itself defines.
const failurePrefix = "urn:sealpost:client:"

// Failure is an error as it is reported: what happened, why, and what to do next.
// With --json it is written as a problem document (RFC 9457).
type Failure struct { //nolint:errname // it is a report, of an error or of an unfinished task
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status,omitempty"`
	Detail string `json:"detail,omitempty"`
	// Next is a command to try, or advice.
	Next      string `json:"next,omitempty"`
	RequestID string `json:"requestId,omitempty"`
	ExitCode  int    `json:"exitCode"`
}

// Error implements error.
func (f *Failure) Error() string {
	if f.Detail == "" {
		return f.Title
	}
	return f.Title + ": " + f.Detail
}

// Fail returns a failure that [Env.Report] reports as it is. The name is the last part
// of its stable type.
func Fail(code int, name, title, detail, next string) *Failure {
	return &Failure{Type: failurePrefix + name, Title: title, Detail: detail, Next: next, ExitCode: code}
}

// Usage returns the failure for a wrong command line.
func Usage(detail string) *Failure {
	return Fail(ExitUsage, "usage", "the command line is wrong", detail, "")
}

// Explain returns the Failure that an error wraps, or one with the error's own text.
func Explain(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	return Fail(ExitFailure, "failed", err.Error(), "", "")
}
