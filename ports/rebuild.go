package ports

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Rebuilder fills candidate generations of projections from all events while the live
// generations serve, compares, promotes, and drops them.
//
// On AWS generations and promotions are Terraform's. There an action reports the
// variables that have to be applied ([RebuildReport.Variables]), and does what lies between.
type Rebuilder interface {
	// Do runs an action and calls report as things happen, never from two goroutines at
	// once. Its errors are those of this file. When the context ends a rebuild stops, and
	// the next one of the same projections continues.
	Do(ctx context.Context, request RebuildRequest, report func(RebuildReport)) error
}

// RebuildAction is what a Rebuilder can do.
type RebuildAction string

// The actions. A rebuild ends with a promotion if both generations are the same; Promote
// is for a candidate that differs and is right. Rollback returns to the generation that
// was live before; Drop removes candidates.
const (
	ActionRebuild  RebuildAction = "rebuild"
	ActionPromote  RebuildAction = "promote"
	ActionRollback RebuildAction = "rollback"
	ActionDrop     RebuildAction = "drop"
	ActionStatus   RebuildAction = "status"
)

// RebuildRequest is an action on some projections.
type RebuildRequest struct {
	Action RebuildAction `json:"action"`
	// Projections are named once each; ActionStatus takes none.
	Projections []string `json:"projections,omitempty"`
	// From, unless zero, has a rebuild replay only what was published then or later.
	From time.Time `json:"from,omitzero"`
}

// The errors of a Rebuilder.
var (
	// ErrRebuildRequest means that the request makes no sense.
	ErrRebuildRequest = errors.New("not a request")
	// ErrGenerations means that the existing generations do not allow the action. The
	// error's text says what does.
	ErrGenerations = errors.New("not possible now")
	// ErrDiffers means that a candidate is complete and was not promoted because it is not
	// the same as the live generation.
	ErrDiffers = errors.New("the candidate is not the same as the live generation")
	// ErrRebuildBusy means that another action is running in the same backend.
	ErrRebuildBusy = errors.New("a rebuild is running")
	// ErrApplyFirst means that the reported variables have to be applied before the same
	// request can continue.
	ErrApplyFirst = errors.New("terraform has to create the candidate first")
	// ErrNotAsDescribed means that the deployment is not what its description says.
	ErrNotAsDescribed = errors.New("the deployment is not as described")
	// ErrIncomplete means that deliveries to a candidate are dead letters.
	ErrIncomplete = errors.New("deliveries to the candidate failed")
	// ErrFillEnded means that filling ended early for a reason of the backend's. The same
	// request continues where it ended.
	ErrFillEnded = errors.New("the replay ended early")
)

// Check returns ErrRebuildRequest for a request that makes no sense. The names are those
// of the projections that exist.
func (r RebuildRequest) Check(names []string) error {
	switch r.Action {
	case ActionStatus:
		return nil
	case ActionRebuild, ActionPromote, ActionRollback, ActionDrop:
	default:
		return fmt.Errorf("%w: unknown action %q", ErrRebuildRequest, r.Action)
	}
	if len(r.Projections) == 0 {
		return fmt.Errorf("%w: no projection is named", ErrRebuildRequest)
	}
	known := map[string]bool{}
	for _, name := range names {
		known[name] = true
	}
	seen := map[string]bool{}
	for _, name := range r.Projections {
		if !known[name] {
			return fmt.Errorf("%w: no such projection: %q; there are %v", ErrRebuildRequest, name, names)
		}
		if seen[name] {
			return fmt.Errorf("%w: %q is named twice", ErrRebuildRequest, name)
		}
		seen[name] = true
	}
	return nil
}

// RebuildReport is one thing that a Rebuilder reports. Exactly one field is set.
type RebuildReport struct {
	// Note is a sentence for a person.
	Note       string                `json:"note,omitempty"`
	Progress   *RebuildProgress      `json:"progress,omitempty"`
	Comparison *GenerationComparison `json:"comparison,omitempty"`
	State      *RebuildState         `json:"state,omitempty"`
	// Variables is Terraform's variable projection_generations, to be applied in place of
	// the present one.
	Variables string `json:"variables,omitempty"`
}

// RebuildPhase is what a rebuild is doing.
type RebuildPhase string

// The phases, in this order. PhaseArchiving waits until the archive has everything that
// was published before the candidate took live events; PhaseDraining until the
// candidate's queue has no more than the live generation's.
const (
	PhaseArchiving RebuildPhase = "archiving"
	PhaseFilling   RebuildPhase = "filling"
	PhaseDraining  RebuildPhase = "draining"
	PhaseComparing RebuildPhase = "comparing"
)

// The units in which progress is counted.
const (
	UnitEvents  = "events"
	UnitSeconds = "seconds" // of the time in which what is replayed was published, or of waiting
	UnitChecks  = "checks"  // in a row that found a queue drained
	UnitItems   = "items"
)

// RebuildProgress is how far a phase is.
type RebuildProgress struct {
	Projections []string     `json:"projections"`
	Phase       RebuildPhase `json:"phase"`
	// Done of Total, and Lag, which is what is left of it up to the newest event, are in
	// units. Total is 0 if it is not known.
	Unit  string `json:"unit"`
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
	Lag   int64  `json:"lag"`
	// Rate is in units a second.
	Rate float64 `json:"rate"`
	// SecondsLeft is an estimate, negative while there is none.
	SecondsLeft float64 `json:"secondsLeft"`
	// Replayed is the number of events that were replayed since this run began, and
	// Skipped those of them that could not be decoded; both 0 on AWS, which does not say.
	Replayed int64 `json:"replayed,omitempty"`
	Skipped  int64 `json:"skipped,omitempty"`
	// ReachedAt is the time of publication of the newest event that was replayed, on AWS.
	ReachedAt time.Time `json:"reachedAt,omitzero"`
	// Waiting is about how many deliveries are in the candidates' queues, on AWS.
	Waiting int64 `json:"waiting,omitempty"`
}

// RebuildState is which generations there are and what was done to them.
type RebuildState struct {
	// Running is true while an action is running in the backend.
	Running     bool              `json:"running"`
	Projections []ProjectionState `json:"projections"`
	// Steps are the newest ones, the newest first.
	Steps []RebuildStep `json:"steps"`
}

// ProjectionState is the generations of one projection.
type ProjectionState struct {
	Projection string     `json:"projection"`
	Live       int        `json:"live"`
	Candidate  *Candidate `json:"candidate,omitempty"`
	// Left are other generations, such as those of an interrupted drop. Drop removes them.
	Left []int `json:"left,omitempty"`
}

// CandidateState is the state of a candidate.
type CandidateState string

// A candidate is being filled or was interrupted, and then is filled. The generation that
// was live before a promotion is kept.
const (
	CandidateFilling     CandidateState = "filling"
	CandidateInterrupted CandidateState = "interrupted"
	CandidateFilled      CandidateState = "filled"
	CandidateKept        CandidateState = "kept"
)

// Candidate is a generation that may become the live one. It takes live events.
type Candidate struct {
	Generation int            `json:"generation"`
	State      CandidateState `json:"state"`
	// Done of Total is how far it was filled, in units.
	Unit  string `json:"unit"`
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
	// Skipped counts events that could not be decoded.
	Skipped int64 `json:"skipped,omitempty"`
	// Waiting and DeadLetters are about how many deliveries are in its queues, on AWS.
	Waiting     int64 `json:"waiting,omitempty"`
	DeadLetters int64 `json:"deadLetters,omitempty"`
}

// RebuildStep is the record of something that was done to a generation.
type RebuildStep struct {
	At         time.Time `json:"at"`
	Projection string    `json:"projection"`
	Generation int       `json:"generation"`
	Step       string    `json:"step"`
	Detail     string    `json:"detail,omitempty"`
}
