package client

// failurePrefix begins the type of failures that are the client's own.
const failurePrefix = "urn:sealpost:client:"

// failure is what went wrong, as it is told: what it is, why, and what to do next.
// With --json it is written as a problem document (RFC 9457).
type failure struct {
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
func (f *failure) Error() string {
	if f.Detail == "" {
		return f.Title
	}
	return f.Title + ": " + f.Detail
}

// fail makes a failure of the client's own.
func fail(code int, name, title, detail, next string) *failure {
	return &failure{Type: failurePrefix + name, Title: title, Detail: detail, Next: next, ExitCode: code}
}

// usage is a command line that is wrong.
func usage(detail string) *failure {
	return fail(exitUsage, "usage", "the command line is wrong", detail, "")
}

// notSignedIn is a command that needs a session. The username is whose session
// has ended, if there was one.
func notSignedIn(env *Env, username string) *failure {
	if username == "" {
		return fail(exitNotSignedIn, "not-signed-in", "you are not signed in", "There is no session at "+env.server+".",
			env.command("login", "--username", "NAME"))
	}
	return fail(exitNotSignedIn, "session-ended", "your session has ended", "The server no longer accepts it.",
		env.command("login", "--username", username))
}
