package rebuild

import (
	"time"

	"github.com/sealpost/sealpost/internal/rebuilding"
)

// Report is one thing that a Rebuilder tells; exactly one field is set.
type Report struct {
	// Note is a sentence for a person.
	Note       string                 `json:"note,omitempty"`
	Progress   *Progress              `json:"progress,omitempty"`
	Comparison *rebuilding.Comparison `json:"comparison,omitempty"`
	State      *State                 `json:"state,omitempty"`
	// Variables is Terraform's variable projection_generations, to be put in place of
	// the one that there is.
	Variables string `json:"variables,omitempty"`
}

// Phase is what is waited for.
type Phase string

// The phases of a rebuild, in this order.
const (
	Replaying Phase = "replaying"
	Archiving Phase = "archiving" // until the archive has what the tail replays
	Sending   Phase = "sending"   // the copy of the archive into queues
	Draining  Phase = "draining"
	Comparing Phase = "comparing"
)

// Progress is how far a phase is.
type Progress struct {
	Phase       Phase    `json:"phase"`
	Projections []string `json:"projections"`
	// Replay is the name of the replay, while there is one.
	Replay string `json:"replay,omitempty"`
	// At is the time of publishing that the replay has come to. AWS tells no number of
	// events.
	At time.Time `json:"at,omitzero"`
	// Done of Total: seconds of the replayed or waited time; looks at the queues; items
	// compared, whose Total is not known and 0.
	Done  int64 `json:"done"`
	Total int64 `json:"total"`
	// Rate is Done for each second that it took.
	Rate float64 `json:"rate"`
	// Lag is how far the replay is behind the end of what it replays, in seconds.
	Lag int64 `json:"lag"`
	// Waiting is about how many deliveries wait in the queues of the new generations.
	Waiting int64 `json:"waiting"`
	// SecondsLeft is an estimate, negative while there is none.
	SecondsLeft float64 `json:"secondsLeft"`
}

// State is what there is and what was done.
type State struct {
	Generations []GenerationState `json:"generations"`
	// Replays are those of the generations that there are, the newest first.
	Replays []Replay `json:"replays"`
	// Steps are the newest, the newest first.
	Steps []rebuilding.Step `json:"steps"`
}

// GenerationState is one generation of one projection.
type GenerationState struct {
	Projection string `json:"projection"`
	Generation int    `json:"generation"`
	Live       bool   `json:"live"`
	// Waiting, Dead and Undelivered are about how many deliveries are in its queues.
	Waiting     int64 `json:"waiting"`
	Dead        int64 `json:"dead"`
	Undelivered int64 `json:"undelivered"`
}

// Replay is what AWS keeps of a replay.
type Replay struct {
	Name string `json:"name"`
	// State is one of EventBridge's: STARTING, RUNNING, CANCELLING, COMPLETED,
	// CANCELLED, FAILED. Reason is why, if it says.
	State  string `json:"state"`
	Reason string `json:"reason,omitempty"`
	// From and To are the times of publishing between which it replays. LastReplayed is
	// the one that it has come to.
	From         time.Time `json:"from"`
	To           time.Time `json:"to"`
	LastReplayed time.Time `json:"lastReplayed,omitzero"`
	Started      time.Time `json:"started"`
	Ended        time.Time `json:"ended,omitzero"`

	parsed replayName
}

func (r Replay) window() window { return window{r.From, r.To} }
