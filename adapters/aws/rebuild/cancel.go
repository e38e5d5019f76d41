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

	"github.com/sealpost/sealpost/internal/rebuilding"
)

// cancel cancels the replays that fill generations. One that fills another generation
// too is left, and nothing is cancelled: its rebuild would be torn.
func (r *Rebuilder) cancel(ctx context.Context, targets []target, tell func(Report)) error {
	all, err := r.replays(ctx)
	if err != nil {
		return err
	}
	keys := keysOf(targets)
	var doomed []Replay
	for _, replay := range all {
		if !replay.active() || !slices.ContainsFunc(replay.parsed.keys, func(key string) bool { return slices.Contains(keys, key) }) {
			continue
		}
		for _, key := range replay.parsed.keys {
			if !slices.Contains(keys, key) {
				return fmt.Errorf("%w: replay %s fills %s too; drop them together, or wait until it has ended", rebuilding.ErrConflict, replay.Name, key)
			}
		}
		doomed = append(doomed, replay)
	}
	for _, replay := range doomed {
		if err := r.cancelOne(ctx, replay); err != nil {
			return err
		}
		tell(Report{Note: "cancelled replay " + replay.Name})
		for _, t := range targets {
			if !slices.Contains(replay.parsed.keys, t.key()) {
				continue
			}
			if err := r.record(ctx, t, "replay cancelled", strings.TrimSpace(replay.Name+" "+lastReplayed(replay))); err != nil {
				return err
			}
		}
	}
	return nil
}

// cancelOne cancels a replay. That it ended meanwhile is as good.
func (r *Rebuilder) cancelOne(ctx context.Context, replay Replay) error {
	_, err := r.events.CancelReplay(ctx, &eventbridge.CancelReplayInput{ReplayName: aws.String(replay.Name)})
	var ended *types.IllegalStatusException
	if err != nil && !errors.As(err, &ended) {
		return fmt.Errorf("cancelling replay %s: %w", replay.Name, err)
	}
	return nil
}

func lastReplayed(r Replay) string {
	if r.LastReplayed.IsZero() {
		return ""
	}
	return "at " + stamp(r.LastReplayed)
}
