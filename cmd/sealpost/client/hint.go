package client

import (
	"os"
	"regexp"
	"strings"
)

// command returns a command line to try next. It adds --server if the command would
// otherwise call another server.
func (e *Env) command(words ...string) string {
	parts := []string{"sealpost"}
	for _, w := range words {
		parts = append(parts, quote(w))
	}
	if implied, err := whichServer(os.Getenv(serverVariable), e); err != nil || implied != e.server {
		parts = append(parts, "--server", quote(e.server))
	}
	return strings.Join(parts, " ")
}

var shellSafe = regexp.MustCompile(`^[\pL\pN_@%+=:,./~-]+$`)

// quote returns the word quoted for a shell. The word may come from other users, and
// people paste the commands that they are shown.
func quote(word string) string {
	if shellSafe.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
