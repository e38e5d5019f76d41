package cli

import "errors"

// The exit codes. Scripts rely on them, and [ExitCodes] documents them in the help.
const (
	ExitOK          = 0
	ExitFailure     = 1
	ExitUsage       = 2
	ExitNotSignedIn = 3
	ExitNotFound    = 4
	ExitRefused     = 5
	// ExitUnavailable is for failures that may pass with a retry.
	ExitUnavailable = 6
	// ExitFirst means that the user has to do something else first.
	ExitFirst = 7
	// ExitInterrupted is 128 + SIGINT, as in shells.
	ExitInterrupted = 130
)

// ExitCodes is the paragraph of the help that lists the exit codes.
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

// failurePrefix begins the type of failures that the CLI itself defines.
const failurePrefix = "urn:sealpost:client:"

// Failure is an error as it is reported: what happened, why, and what to do next. With
// --json it is written as a problem document (RFC 9457).
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

func (f *Failure) Error() string {
	if f.Detail == "" {
		return f.Title
	}
	return f.Title + ": " + f.Detail
}

// Fail returns a failure that [Env.Report] reports unchanged. The name is the last part
// of its stable type.
func Fail(code int, name, title, detail, next string) *Failure {
	return &Failure{Type: failurePrefix + name, Title: title, Detail: detail, Next: next, ExitCode: code}
}

// Usage returns the failure for a wrong command line.
func Usage(detail string) *Failure {
	return Fail(ExitUsage, "usage", "the command line is wrong", detail, "")
}

// Explain returns the Failure that err wraps, or else a Failure with the text of err.
func Explain(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	return Fail(ExitFailure, "failed", err.Error(), "", "")
}
