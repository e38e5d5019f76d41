package rebuild

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/projections"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/ports"
)

// passes groups candidates that need the same events, so that each event is read and decoded once.
func passes(filling []projections.Candidate) [][]projections.Candidate {
	var out [][]projections.Candidate
	for _, c := range filling {
		i := slices.IndexFunc(out, func(pass []projections.Candidate) bool {
			return pass[0].Position == c.Position && pass[0].UpTo == c.UpTo
		})
		if i < 0 {
			out = append(out, nil)
			i = len(out) - 1
		}
		out[i] = append(out[i], c)
	}
	return out
}

type filler struct {
	*Rebuilder
	names    []string
	from     int64 // where the first run began
	position int64
	upTo     int64
	fill     *projections.Fill
	pace     pace
	meter    meter
}

type span struct {
	entries  []eventlog.Entry
	position int64
}

type batch struct {
	chunk    *projections.Chunk
	position int64
	replayed int
	skipped  int
}

func (r *Rebuilder) fill(ctx context.Context, pass []projections.Candidate, report func(ports.RebuildReport)) error {
	f := &filler{Rebuilder: r, from: pass[0].From, position: pass[0].Position, upTo: pass[0].UpTo, pace: newPace(r.rows)}
	for _, c := range pass {
		f.names = append(f.names, c.Projection)
	}
	var err error
	if f.fill, err = f.Set.Fill(ctx, f.names); err != nil {
		return err
	}
	f.meter = newMeter(f, report)
	if err := f.run(ctx); err != nil {
		return err
	}
	f.meter.emit()
	return r.Set.MarkFilled(ctx, r.Now(), f.names, fmt.Sprintf("%d events in %s, %d skipped",
		f.meter.replayed, time.Since(f.meter.began).Round(time.Millisecond), f.meter.skipped))
}

// run reads, decodes and writes concurrently. It holds one batch being written, one being collected, and one
// result of Read.
func (f *filler) run(ctx context.Context) error {
	spans, batches := make(chan span), make(chan batch)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(spans)
		return f.read(ctx, spans)
	})
	g.Go(func() error {
		defer close(batches)
		return f.gather(ctx, spans, batches)
	})
	g.Go(func() error {
		for b := range batches {
			if err := f.write(ctx, b); err != nil {
				return err
			}
		}
		return nil
	})
	return g.Wait()
}

// send sends, unless another stage failed.
func send[T any](ctx context.Context, to chan<- T, value T) error {
	select {
	case to <- value:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// readAtOnce is how many events are read at once. It limits how long a read connection is held and the
// write-ahead log cannot be checkpointed.
const readAtOnce = 2000

func (f *filler) read(ctx context.Context, spans chan<- span) error {
	types := f.fill.Types()
	for at := f.position; at < f.upTo; {
		entries, next, err := f.Log.Read(ctx, at, min(readAtOnce, f.batch), eventlog.Filter{Types: types})
		if err != nil {
			return err
		}
		if next == at {
			return fmt.Errorf("the log ends at %d, before %d", at, f.upTo)
		}
		at = min(next, f.upTo)
		if err := send(ctx, spans, span{entries, at}); err != nil {
			return err
		}
	}
	return nil
}

// gather collects large batches. The first ones are smaller, so that the writer starts early.
func (f *filler) gather(ctx context.Context, spans <-chan span, batches chan<- batch) error {
	var b batch
	size := max(f.batch/8, 1)
	for s := range spans {
		if err := f.apply(ctx, s.entries, &b); err != nil {
			return err
		}
		b.position = s.position
		if b.replayed+b.skipped < size && f.fill.Bytes() < batchBytes && b.position < f.upTo {
			continue
		}
		b.chunk = f.fill.Take()
		b.chunk.Merge()
		if err := send(ctx, batches, b); err != nil {
			return err
		}
		b, size = batch{}, min(2*size, f.batch)
	}
	return ctx.Err()
}

func (f *filler) apply(ctx context.Context, entries []eventlog.Entry, b *batch) error {
	for _, entry := range entries {
		if entry.Position > f.upTo {
			break
		}
		ev, err := entry.Delivery.Event()
		switch {
		case err == nil:
			f.fill.Add(ev)
			b.replayed++
		case errors.Is(err, events.ErrUnknownEvent) || errors.Is(err, events.ErrInvalid):
			// The event is also a dead letter of the live projection.
			b.skipped++
			f.Logger.WarnContext(ctx, "rebuild skips an event", "position", entry.Position, "error", err)
		default:
			return fmt.Errorf("decoding event %d: %w", entry.Position, err)
		}
	}
	return nil
}

func (f *filler) write(ctx context.Context, b batch) error {
	f.meter.begin(b)
	for more := true; more; {
		began := time.Now()
		var err error
		if more, err = f.fill.Write(ctx, b.chunk, f.pace.rows(), b.position, b.skipped); err != nil {
			return err
		}
		took := time.Since(began)
		head, err := f.Log.Head(ctx)
		if err != nil {
			return err
		}
		f.meter.wrote(head)
		if err := f.pace.rest(ctx, head, took); err != nil {
			return err
		}
	}
	f.meter.end()
	return nil
}
