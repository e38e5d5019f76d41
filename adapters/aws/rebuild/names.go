package rebuild

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sealpost/sealpost/ports"
)

// A replay's name has the deployment, the generations and the try: "sealpost-prod.inbox-2.unread-2.1".
// EventBridge allows 64 letters, digits and ".-_", and each name only once per account and region while it
// remembers the replay. So starting a replay is idempotent.
type replayName struct {
	prefix string
	// keys are from deployment.Key, sorted.
	keys []string
	try  int
}

const maxReplayName = 64

func (n replayName) String() string {
	return strings.Join(slices.Concat([]string{n.prefix}, n.keys, []string{strconv.Itoa(n.try)}), ".")
}

func (n replayName) check() error {
	if s := n.String(); len(s) > maxReplayName {
		return fmt.Errorf("%w: the replay's name %s has more than %d characters: rebuild fewer projections at a time", ports.ErrRebuildRequest, s, maxReplayName)
	}
	return nil
}

// parseReplayName parses a name. ok is false for a name that no rebuild of the deployment uses.
func parseReplayName(prefix, s string) (n replayName, ok bool) {
	rest, ok := strings.CutPrefix(s, prefix+".")
	if !ok {
		return n, false
	}
	fields := strings.Split(rest, ".")
	last := len(fields) - 1
	if last < 1 {
		return n, false
	}
	n = replayName{prefix: prefix, keys: fields[:last]}
	n.try, _ = strconv.Atoi(fields[last]) // 0 is refused below
	return n, n.try > 0 && slices.IsSorted(n.keys) && n.String() == s
}
