package rebuild

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A replay's name says which deployment, which generations, which part and which try:
// "sealpost-prod.inbox-2.unread-2.main.1". EventBridge admits 64 letters, digits and
// ".-_" in it, and one replay of a name in an account and region for as long as it
// remembers the name; that makes starting one idempotent.
type replayName struct {
	prefix string
	// keys are those of stack.Key, sorted.
	keys []string
	part part
	try  int
}

// part is which of the two replays of a rebuild it is.
type part string

const (
	mainPart part = "main"
	tailPart part = "tail"
)

const maxReplayName = 64

func (n replayName) String() string {
	return strings.Join(slices.Concat([]string{n.prefix}, n.keys, []string{string(n.part), strconv.Itoa(n.try)}), ".")
}

// check returns an error for a name that EventBridge would refuse.
func (n replayName) check() error {
	if s := n.String(); len(s) > maxReplayName {
		return fmt.Errorf("the replay's name %s has more than %d characters: rebuild fewer projections at a time", s, maxReplayName)
	}
	return nil
}

// parseReplayName reads a name; ok is false for one that is not of a rebuild of the
// deployment.
func parseReplayName(prefix, s string) (n replayName, ok bool) {
	rest, ok := strings.CutPrefix(s, prefix+".")
	if !ok {
		return n, false
	}
	fields := strings.Split(rest, ".")
	if len(fields) < 3 {
		return n, false
	}
	last := len(fields) - 1
	n = replayName{prefix: prefix, keys: fields[:last-1], part: part(fields[last-1])}
	n.try, _ = strconv.Atoi(fields[last]) // 0 is refused below
	return n, n.try > 0 && (n.part == mainPart || n.part == tailPart) && slices.IsSorted(n.keys) && n.String() == s
}
