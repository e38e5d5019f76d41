package rebuild

import (
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/projections"
)

// Report is one thing that a Rebuilder tells; exactly one field is set.
type Report struct {
	// Note is a sentence for a person.
	Note       string                  `json:"note,omitempty"`
	Progress   *Progress               `json:"progress,omitempty"`
	Comparison *projections.Comparison `json:"comparison,omitempty"`
	State      *State                  `json:"state,omitempty"`
}

// Progress is how far filling is.
type Progress struct {
	Projections []string `json:"projections"`
	// Replayed counts the events that were added since this run began.
	Replayed int64 `json:"replayed"`
	// Done of Total positions of the log are behind it, those of earlier runs too.
	Done  int64 `json:"done"`
	Total int64 `json:"total"`
	// Rate is in events a second.
	Rate float64 `json:"rate"`
	// Lag is how far the newest event of the log is ahead, in positions.
	Lag int64 `json:"lag"`
	// SecondsLeft is an estimate, negative while there is none.
	SecondsLeft float64 `json:"secondsLeft"`
	Skipped     int64   `json:"skipped"`
}

// State is what there is and what was done.
type State struct {
	// Running is true while an action is under way.
	Running     bool              `json:"running"`
	Projections []ProjectionState `json:"projections"`
	// Steps are the newest, the newest first.
	Steps []projections.Step `json:"steps"`
}

// ProjectionState is the generations of one projection.
type ProjectionState struct {
	Projection string                 `json:"projection"`
	Live       int                    `json:"live"`
	Other      *projections.Candidate `json:"other,omitempty"`
	// Left are generations that were dropped and of which something is left.
	Left []int `json:"left,omitempty"`
}

// progressEvery is how often progress is told at most.
const progressEvery = 200 * time.Millisecond
