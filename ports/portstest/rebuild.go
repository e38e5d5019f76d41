package portstest

import (
	"errors"
	"slices"
	"testing"

	"github.com/sealpost/sealpost/ports"
)

// RebuildAdapter is a new backend with live generation 1 of each projection and some messages in the inbox
// and in unread.
type RebuildAdapter struct {
	ports.Rebuilder
	// Apply applies reported variables as an operator does. It is nil for a backend that promotes without
	// Terraform.
	Apply func(t *testing.T, variables string)
	// Spoil adds a row without an event to a generation of the inbox.
	Spoil func(t *testing.T, generation int)
}

// Rebuilder is the contract of [ports.Rebuilder].
func Rebuilder(t *testing.T, newAdapter func(*testing.T) RebuildAdapter) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, RebuildAdapter){
		"from the candidate to the promotion, back and to the drop": rebuildStory,
		"a candidate that differs":                                  rebuildDiffers,
		"requests that make no sense":                               rebuildRequests,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newAdapter(t))
		})
	}
}

// do runs an action, applies the reported variables, and repeats the action while that is required.
func (a RebuildAdapter) do(t *testing.T, action ports.RebuildAction, projections ...string) (reports []ports.RebuildReport, err error) {
	t.Helper()
	for range 2 {
		err = a.Do(t.Context(), ports.RebuildRequest{Action: action, Projections: projections}, func(r ports.RebuildReport) {
			reports = append(reports, r)
			if r.Variables != "" {
				a.Apply(t, r.Variables)
			}
		})
		if !errors.Is(err, ports.ErrApplyFirst) {
			break
		}
	}
	return reports, err
}

func (a RebuildAdapter) state(t *testing.T) (inbox ports.ProjectionState, steps []string) {
	t.Helper()
	reports, err := a.do(t, ports.ActionStatus)
	if err != nil || len(reports) != 1 || reports[0].State == nil || reports[0].State.Running {
		t.Fatalf("status reports %+v, %v", reports, err)
	}
	s := reports[0].State
	i := slices.IndexFunc(s.Projections, func(p ports.ProjectionState) bool { return p.Projection == "inbox" })
	if i < 0 || len(s.Projections) != 3 {
		t.Fatalf("projections %+v", s.Projections)
	}
	for _, step := range s.Steps {
		steps = append(steps, step.Step)
	}
	return s.Projections[i], steps
}

func compared(t *testing.T, reports []ports.RebuildReport) ports.GenerationComparison {
	t.Helper()
	i := slices.IndexFunc(reports, func(r ports.RebuildReport) bool { return r.Comparison != nil })
	if i < 0 {
		t.Fatalf("nothing was compared: %+v", reports)
	}
	return *reports[i].Comparison
}

func rebuildStory(t *testing.T, a RebuildAdapter) {
	if inbox, steps := a.state(t); inbox.Live != 1 || inbox.Candidate != nil || len(inbox.Left) != 0 || len(steps) != 0 {
		t.Errorf("a new backend: %+v, steps %v", inbox, steps)
	}
	for _, action := range []ports.RebuildAction{ports.ActionPromote, ports.ActionRollback, ports.ActionDrop} {
		if _, err := a.do(t, action, "inbox"); !errors.Is(err, ports.ErrGenerations) {
			t.Errorf("%s without a candidate: %v", action, err)
		}
	}
	reports, err := a.do(t, ports.ActionRebuild, "inbox", "unread")
	if err != nil {
		t.Fatal(err)
	}
	c := compared(t, reports)
	if c.Projection != "inbox" || c.Live != 1 || c.Candidate != 2 || c.LiveRows == 0 || c.LiveRows != c.CandidateRows || c.Users == 0 || c.Differing != 0 {
		t.Errorf("compared %+v", c)
	}
	for _, r := range reports {
		if p := r.Progress; p != nil && (p.Unit == "" || p.Phase == "" || !slices.Equal(p.Projections, []string{"inbox", "unread"}) && p.Phase != ports.PhaseComparing) {
			t.Errorf("progress %+v", p)
		}
	}
	inbox, steps := a.state(t)
	if inbox.Live != 2 || inbox.Candidate == nil || inbox.Candidate.Generation != 1 || inbox.Candidate.State != ports.CandidateKept || !slices.Contains(steps, "compared") {
		t.Errorf("after the promotion: %+v, steps %v", inbox, steps)
	}
	if _, err := a.do(t, ports.ActionRebuild, "inbox"); !errors.Is(err, ports.ErrGenerations) {
		t.Errorf("a rebuild while a generation is kept: %v", err)
	}
	if _, err := a.do(t, ports.ActionRollback, "inbox"); err != nil {
		t.Fatal(err)
	}
	if inbox, _ := a.state(t); inbox.Live != 1 || inbox.Candidate == nil || inbox.Candidate.Generation != 2 {
		t.Errorf("after the rollback: %+v", inbox)
	}
	if _, err := a.do(t, ports.ActionDrop, "inbox"); err != nil {
		t.Fatal(err)
	}
	if inbox, _ := a.state(t); inbox.Live != 1 || inbox.Candidate != nil || len(inbox.Left) != 0 {
		t.Errorf("after the drop: %+v", inbox)
	}
}

func rebuildDiffers(t *testing.T, a RebuildAdapter) {
	a.Spoil(t, 1)
	reports, err := a.do(t, ports.ActionRebuild, "inbox")
	if !errors.Is(err, ports.ErrDiffers) {
		t.Fatalf("got %v", err)
	}
	c := compared(t, reports)
	if c.Differing != 1 || len(c.Differences) != 1 || c.LiveRows != c.CandidateRows+1 || c.Differences[0].Live == c.Differences[0].Candidate {
		t.Errorf("compared %+v", c)
	}
	inbox, _ := a.state(t)
	if inbox.Live != 1 || inbox.Candidate == nil || inbox.Candidate.State != ports.CandidateFilled || inbox.Candidate.Done != inbox.Candidate.Total {
		t.Errorf("not promoted: %+v, %+v", inbox, inbox.Candidate)
	}
	if _, err := a.do(t, ports.ActionPromote, "inbox"); err != nil {
		t.Fatal(err)
	}
	if inbox, _ := a.state(t); inbox.Live != 2 {
		t.Errorf("promoted all the same: %+v", inbox)
	}
}

func rebuildRequests(t *testing.T, a RebuildAdapter) {
	for _, r := range []ports.RebuildRequest{
		{}, {Action: "explode", Projections: []string{"inbox"}}, {Action: ports.ActionDrop},
		{Action: ports.ActionDrop, Projections: []string{"inbox", "inbox"}}, {Action: ports.ActionRebuild, Projections: []string{"outbox"}},
	} {
		err := a.Do(t.Context(), r, func(report ports.RebuildReport) { t.Errorf("%+v reports %+v", r, report) })
		if !errors.Is(err, ports.ErrRebuildRequest) {
			t.Errorf("%+v: %v", r, err)
		}
	}
}
