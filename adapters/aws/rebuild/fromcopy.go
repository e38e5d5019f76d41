package rebuild

import (
	"context"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/adapters/aws/archivecopy"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/rebuilding"
)

// fillFromCopy sends the events of the archive's copy to the generations' queues, for when the archive itself is lost, or is
// another account's. Sending goes on at the beginning when it was interrupted: what consumers get twice they take once.
func (r *Rebuilder) fillFromCopy(ctx context.Context, targets []target, from time.Time, tell func(Report)) error {
	if r.stack.ArchiveBucket == "" {
		return fmt.Errorf("%w: this deployment keeps no copy of its archive (archive_copy)", rebuilding.ErrConflict)
	}
	var newest time.Time
	var queues []archivecopy.Queue
	for _, t := range targets {
		if err := r.takesEvents(ctx, t); err != nil {
			return err
		}
		made, err := r.made(ctx, t.key())
		if err != nil {
			return err
		}
		if made.After(newest) {
			newest = made
		}
		subscription, err := events.SubscriptionOf(t.projection)
		if err != nil {
			return err
		}
		queues = append(queues, archivecopy.Queue{URL: r.stack.Queues[t.key()].Queue, Types: subscription.Events})
	}
	// From when the rules match, events come by themselves. What was published before is in the copy a while later.
	if err := r.ripen(ctx, window{newest, newest.Add(r.waits.Settle)}, targets, tell); err != nil {
		return err
	}
	tell(Report{Note: "reading the copy of the archive in " + r.stack.ArchiveBucket})
	var sent int64
	began := r.localNow()
	err := archivecopy.New(r.objects, r.stack.ArchiveBucket).Fill(ctx, r.queues, queues, from, func(n int64) {
		sent = n
		tell(Report{Progress: &Progress{Phase: Sending, Projections: projectionsOf(targets), Done: n, Rate: float64(n) / max(r.localNow().Sub(began).Seconds(), 1e-3), SecondsLeft: -1}})
	})
	if err != nil {
		return err
	}
	return r.recordAll(ctx, targets, "filled from the copy", fmt.Sprintf("%d deliveries from %s", sent, r.stack.ArchiveBucket))
}
