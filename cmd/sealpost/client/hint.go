package client

import (
	"os"
	"regexp"
	"strings"
)

// command writes a command to try next, with --server where it would otherwise go
// to another server than this one did.
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

// quote makes a word that a shell takes as one word. What it holds may come from
// others, and people paste what they are told to try.
func quote(word string) string {
	if shellSafe.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
