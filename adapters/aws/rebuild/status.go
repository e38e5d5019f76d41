package rebuild

import (
	"context"
	"maps"
	"slices"

	"github.com/sealpost/sealpost/internal/rebuilding"
	"github.com/sealpost/sealpost/internal/stack"
)

// maxSteps is how many steps a State tells.
const maxSteps = 50

func (r *Rebuilder) status(ctx context.Context, tell func(Report)) error {
	state := &State{Replays: []Replay{}, Steps: []rebuilding.Step{}}
	for _, projection := range slices.Sorted(maps.Keys(r.stack.Generations)) {
		g := r.stack.Generations[projection]
		for _, n := range slices.Sorted(slices.Values(g.Generations)) {
			one, err := r.generation(ctx, projection, n)
			if err != nil {
				return err
			}
			one.Live = n == g.Live
			state.Generations = append(state.Generations, one)
			steps, err := r.steps(ctx, stack.Key(projection, n))
			if err != nil {
				return err
			}
			state.Steps = append(state.Steps, steps...)
		}
	}
	var err error
	if state.Replays, err = r.present(ctx); err != nil {
		return err
	}
	slices.SortStableFunc(state.Steps, func(a, b rebuilding.Step) int { return b.At.Compare(a.At) })
	state.Steps = state.Steps[:min(len(state.Steps), maxSteps)]
	tell(Report{State: state})
	return nil
}

func (r *Rebuilder) generation(ctx context.Context, projection string, n int) (one GenerationState, err error) {
	one = GenerationState{Projection: projection, Generation: n}
	q := r.stack.Queues[stack.Key(projection, n)]
	for url, into := range map[string]*int64{q.Queue: &one.Waiting, q.Dead: &one.Dead, q.Undelivered: &one.Undelivered} {
		if *into, err = r.depth(ctx, url); err != nil {
			return one, err
		}
	}
	return one, nil
}

// present are the replays of generations that there are.
func (r *Rebuilder) present(ctx context.Context) ([]Replay, error) {
	all, err := r.replays(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(replay Replay) bool {
		return !slices.ContainsFunc(replay.parsed.keys, func(key string) bool { return r.stack.Rules[key] != "" })
	}), nil
}
