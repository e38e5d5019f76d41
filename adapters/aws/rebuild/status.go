package rebuild

import (
	"context"
	"maps"
	"slices"

	"github.com/sealpost/sealpost/adapters/aws/deployment"
	"github.com/sealpost/sealpost/ports"
)

const maxSteps = 50

func (r *Rebuilder) status(ctx context.Context, report func(ports.RebuildReport)) error {
	all, err := r.replays(ctx)
	if err != nil {
		return err
	}
	state := &ports.RebuildState{Steps: []ports.RebuildStep{}}
	for _, projection := range slices.Sorted(maps.Keys(r.stack.Generations)) {
		g := r.stack.Generations[projection]
		p := ports.ProjectionState{Projection: projection, Live: g.Live}
		t, ok := newer(projection, g)
		if !ok {
			t, ok = older(projection, g)
		}
		for _, n := range slices.Sorted(slices.Values(g.Generations)) {
			steps, err := r.steps(ctx, deployment.Key(projection, n))
			if err != nil {
				return err
			}
			state.Steps = append(state.Steps, steps...)
			switch {
			case n == g.Live:
			case ok && n == t.number:
				if p.Candidate, err = r.candidate(ctx, t, steps, all); err != nil {
					return err
				}
				state.Running = state.Running || p.Candidate.State == ports.CandidateFilling
			default:
				p.Left = append(p.Left, n)
			}
		}
		state.Projections = append(state.Projections, p)
	}
	slices.SortStableFunc(state.Steps, func(a, b ports.RebuildStep) int { return b.At.Compare(a.At) })
	state.Steps = state.Steps[:min(len(state.Steps), maxSteps)]
	report(ports.RebuildReport{State: state})
	return nil
}

func (r *Rebuilder) candidate(ctx context.Context, t target, steps []ports.RebuildStep, all []Replay) (*ports.Candidate, error) {
	c := &ports.Candidate{Generation: t.number, State: ports.CandidateKept, Unit: ports.UnitSeconds}
	q := r.stack.Queues[t.key()]
	dead, err := r.depth(ctx, q.Dead)
	if err != nil {
		return nil, err
	}
	undelivered, err := r.depth(ctx, q.Undelivered)
	if err != nil {
		return nil, err
	}
	c.DeadLetters = dead + undelivered
	if c.Waiting, err = r.depth(ctx, q.Queue); err != nil || t.number < t.live {
		return c, err
	}
	runs, _, err := r.find(ctx, all, []target{t})
	if err != nil {
		return nil, err
	}
	c.State = ports.CandidateInterrupted
	for _, one := range runs { // at most one
		c.Done, c.Total = seconds(one.replay.done()), seconds(one.replay.To.Sub(one.replay.From))
		if one.replay.active() {
			c.State = ports.CandidateFilling
		}
	}
	if filled(steps) {
		c.State = ports.CandidateFilled
	}
	return c, nil
}
