package client

// Exit codes. Scripts rely on them; ExitCodes documents them in the help.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitNotSignedIn = 3
	exitNotFound    = 4
	exitRefused     = 5
	exitUnavailable = 6
	exitFirst       = 7
	// exitInterrupted is 128 + SIGINT, as shells have it.
	exitInterrupted = 130
)

// ExitCodes is a paragraph of the help.
const ExitCodes = `Exit codes:

	0    done
	1    failed for a reason that has no code of its own
	2    the command line is wrong
	3    not signed in, or the session has ended
	4    there is no such message or user
	5    refused: a wrong password or code, bad input, a file too large
	6    the server cannot be reached or is failing, or somebody else is at it; trying again may help
	7    something else has to be done first: the output says what
	130  stopped by Ctrl-C`
