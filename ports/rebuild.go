package ports

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Rebuilder fills candidate generations of projections from all events while the live generations serve, and
// compares, promotes and drops them.
//
// On AWS, Terraform creates and promotes generations. There an action reports the variables to be applied
// ([RebuildReport.Variables]) and does the steps in between.
type Rebuilder interface {
	// Do runs an action and calls report with progress, never concurrently. It returns the errors of this
	// file. A rebuild stops when the context ends, and the next rebuild of the same projections continues.
	Do(ctx context.Context, request RebuildRequest, report func(RebuildReport)) error
}

// RebuildAction is an action of a Rebuilder.
type RebuildAction string

// A rebuild ends with a promotion if both generations are equal. ActionPromote is for a candidate that
// differs and is right. ActionRollback returns to the previous live generation. ActionDrop removes
// candidates.
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
	// Projections has no duplicates; ActionStatus takes none.
	Projections []string `json:"projections,omitempty"`
	// From, unless zero, limits a rebuild to events published at that time or later.
	From time.Time `json:"from,omitzero"`
}

// Errors of a Rebuilder.
var (
	// ErrRebuildRequest means that the request is invalid.
	ErrRebuildRequest = errors.New("not a request")
	// ErrGenerations means that the existing generations do not allow the action. The error's text says which
	// action is possible.
	ErrGenerations = errors.New("not possible now")
	// ErrDiffers means that a candidate is complete but was not promoted, because it differs from the live
	// generation.
	ErrDiffers = errors.New("the candidate is not the same as the live generation")
	// ErrRebuildBusy means that another action is running in the same backend.
	ErrRebuildBusy = errors.New("a rebuild is running")
	// ErrApplyFirst means that the reported variables must be applied before the same request can continue.
	ErrApplyFirst = errors.New("terraform has to create the candidate first")
	// ErrNotAsDescribed means that the deployment does not match its description.
	ErrNotAsDescribed = errors.New("the deployment is not as described")
	// ErrIncomplete means that deliveries to a candidate are dead letters.
	ErrIncomplete = errors.New("deliveries to the candidate failed")
	// ErrFillEnded means that the backend ended filling early. The same request continues where it ended.
	ErrFillEnded = errors.New("the replay ended early")
)

// Check returns ErrRebuildRequest for an invalid request. names are the existing projections.
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

// RebuildReport is one report of a Rebuilder. Exactly one field is set.
type RebuildReport struct {
	// Note is a sentence for the operator.
	Note       string                `json:"note,omitempty"`
	Progress   *RebuildProgress      `json:"progress,omitempty"`
	Comparison *GenerationComparison `json:"comparison,omitempty"`
	State      *RebuildState         `json:"state,omitempty"`
	// Variables is the new value of Terraform's variable projection_generations.
	Variables string `json:"variables,omitempty"`
}

// RebuildPhase is a phase of a rebuild.
type RebuildPhase string

// Phases in order. PhaseArchiving waits until the archive has everything that was published before the
// candidate received live events. PhaseDraining waits until the candidate's queue has at most as many
// deliveries as the live generation's.
const (
	PhaseArchiving RebuildPhase = "archiving"
	PhaseFilling   RebuildPhase = "filling"
	PhaseDraining  RebuildPhase = "draining"
	PhaseComparing RebuildPhase = "comparing"
)

// Units of progress.
const (
	UnitEvents  = "events"
	UnitSeconds = "seconds" // of publication time that was replayed, or of waiting
	UnitChecks  = "checks"  // consecutive checks that found a queue drained
	UnitItems   = "items"
)

// RebuildProgress is the progress of a phase.
type RebuildProgress struct {
	Projections []string     `json:"projections"`
	Phase       RebuildPhase `json:"phase"`
	// Done, Total and Lag are in units. Lag is the distance to the newest event. Total is 0 if it is unknown.
	Unit  string `json:"unit"`
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
	Lag   int64  `json:"lag"`
	// Rate is in units per second.
	Rate float64 `json:"rate"`
	// SecondsLeft is an estimate, negative if there is none.
	SecondsLeft float64 `json:"secondsLeft"`
	// Replayed is the number of events replayed in this run, and Skipped the number of those that could not
	// be decoded. Both are 0 on AWS, which does not report them.
	Replayed int64 `json:"replayed,omitempty"`
	Skipped  int64 `json:"skipped,omitempty"`
	// ReachedAt is when the newest replayed event was published (AWS only).
	ReachedAt time.Time `json:"reachedAt,omitzero"`
	// Waiting is the approximate number of deliveries in the candidates' queues (AWS only).
	Waiting int64 `json:"waiting,omitempty"`
}

// RebuildState describes the generations and the steps taken.
type RebuildState struct {
	Running     bool              `json:"running"`
	Projections []ProjectionState `json:"projections"`
	// Steps are the newest steps, newest first.
	Steps []RebuildStep `json:"steps"`
}

// ProjectionState describes the generations of one projection.
type ProjectionState struct {
	Projection string     `json:"projection"`
	Live       int        `json:"live"`
	Candidate  *Candidate `json:"candidate,omitempty"`
	// Left are other generations, for example of an interrupted drop. ActionDrop removes them.
	Left []int `json:"left,omitempty"`
}

// CandidateState is the state of a candidate.
type CandidateState string

// A candidate is being filled or interrupted, and then filled. After a promotion the previous live generation
// is kept.
const (
	CandidateFilling     CandidateState = "filling"
	CandidateInterrupted CandidateState = "interrupted"
	CandidateFilled      CandidateState = "filled"
	CandidateKept        CandidateState = "kept"
)

// Candidate is a generation that may become the live one. It receives live events.
type Candidate struct {
	Generation int            `json:"generation"`
	State      CandidateState `json:"state"`
	// Done and Total are in units.
	Unit  string `json:"unit"`
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
	// Skipped counts events that could not be decoded.
	Skipped int64 `json:"skipped,omitempty"`
	// Waiting and DeadLetters are the approximate numbers of deliveries in its queues (AWS only).
	Waiting     int64 `json:"waiting,omitempty"`
	DeadLetters int64 `json:"deadLetters,omitempty"`
}

// RebuildStep records one step taken on a generation.
type RebuildStep struct {
	At         time.Time `json:"at"`
	Projection string    `json:"projection"`
	Generation int       `json:"generation"`
	Step       string    `json:"step"`
	Detail     string    `json:"detail,omitempty"`
}
