package rebuild

import (
	"context"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/adapters/aws/archivecopy"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/ports"
)

// fillFromCopy sends the events in the copy of the archive to the candidates' queues. It is for when the
// archive is lost or belongs to another account. After an interruption it sends all of them again, and
// consumers ignore the duplicates.
func (r *Rebuilder) fillFromCopy(ctx context.Context, targets []target, from time.Time, report func(ports.RebuildReport)) error {
	if r.stack.ArchiveBucket == "" {
		return fmt.Errorf("%w: the deployment keeps no copy of its archive (archive_copy)", ports.ErrGenerations)
	}
	var queues []archivecopy.Queue
	for _, t := range targets {
		if err := r.takesEvents(ctx, t); err != nil {
			return err
		}
		subscription, err := events.SubscriptionOf(t.projection)
		if err != nil {
			return err
		}
		queues = append(queues, archivecopy.Queue{URL: r.stack.Queues[t.key()].Queue, Types: subscription.Events})
	}
	live, err := r.liveSince(ctx, targets)
	if err != nil {
		return err
	}
	// The copy is up to five minutes behind the bus (Firehose's buffering), which Lag covers.
	if err := r.archived(ctx, r.waits.window(from, live), targets, report); err != nil {
		return err
	}
	report(ports.RebuildReport{Note: "reading the copy of the archive in " + r.stack.ArchiveBucket})
	var sent int64
	began := r.localNow()
	err = archivecopy.New(r.objects, r.stack.ArchiveBucket).Fill(ctx, r.queues, queues, from, func(n int64) {
		sent = n
		report(ports.RebuildReport{Progress: &ports.RebuildProgress{
			Phase: ports.PhaseFilling, Projections: projectionsOf(targets), Unit: ports.UnitEvents,
			Done: n, Rate: float64(n) / max(r.localNow().Sub(began).Seconds(), 1e-3), SecondsLeft: -1,
		}})
	})
	if err != nil {
		return err
	}
	return r.recordAll(ctx, targets, "filled from the copy", fmt.Sprintf("%d deliveries from %s", sent, r.stack.ArchiveBucket))
}
