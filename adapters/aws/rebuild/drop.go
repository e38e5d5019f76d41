package rebuild

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/sealpost/sealpost/ports"
)

// drop cancels replays into generations that are not live, and reports the variables that remove those.
func (r *Rebuilder) drop(ctx context.Context, names []string, report func(ports.RebuildReport)) error {
	var targets []target
	for _, name := range names {
		g := r.stack.Generations[name]
		before := len(targets)
		for _, n := range g.Generations {
			if n != g.Live {
				targets = append(targets, target{name, n, g.Live})
			}
		}
		if len(targets) == before {
			return fmt.Errorf("%w: %s has no generation beside the live one", ports.ErrGenerations, name)
		}
	}
	if err := r.cancel(ctx, targets, report); err != nil {
		return err
	}
	if err := r.recordAll(ctx, targets, "advised", "to be dropped by taking it out of generations"); err != nil {
		return err
	}
	report(ports.RebuildReport{Variables: variables(r.changed(names, liveAlone))})
	return nil
}

// cancel cancels the replays that fill generations. If one of them also fills another generation, it cancels
// nothing, because that generation's rebuild would fail.
func (r *Rebuilder) cancel(ctx context.Context, targets []target, report func(ports.RebuildReport)) error {
	all, err := r.replays(ctx)
	if err != nil {
		return err
	}
	keys := keysOf(targets)
	var found []Replay
	for _, replay := range all {
		if !replay.active() || !slices.ContainsFunc(replay.parsed.keys, func(key string) bool { return slices.Contains(keys, key) }) {
			continue
		}
		for _, key := range replay.parsed.keys {
			if !slices.Contains(keys, key) {
				return fmt.Errorf("%w: replay %s fills %s too; drop them together, or wait until it has ended", ports.ErrGenerations, replay.Name, key)
			}
		}
		found = append(found, replay)
	}
	for _, replay := range found {
		_, err := r.events.CancelReplay(ctx, &eventbridge.CancelReplayInput{ReplayName: aws.String(replay.Name)})
		var ended *types.IllegalStatusException // ended meanwhile
		if err != nil && !errors.As(err, &ended) {
			return fmt.Errorf("cancelling replay %s: %w", replay.Name, err)
		}
		report(ports.RebuildReport{Note: "cancelled replay " + replay.Name})
		filled := slices.DeleteFunc(slices.Clone(targets), func(t target) bool { return !slices.Contains(replay.parsed.keys, t.key()) })
		if err := r.recordAll(ctx, filled, "replay cancelled", strings.TrimSpace(replay.Name+" "+replay.reached())); err != nil {
			return err
		}
	}
	return nil
}
