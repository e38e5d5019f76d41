package rebuild

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	smithytime "github.com/aws/smithy-go/time"

	"github.com/sealpost/sealpost/ports"
)

// fill replays the archive into candidates, or follows replays that an earlier run started.
func (r *Rebuilder) fill(ctx context.Context, targets []target, from time.Time, report func(ports.RebuildReport)) error {
	a, err := r.archive(ctx, report)
	if err != nil {
		return err
	}
	for _, t := range targets {
		if err := r.takesEvents(ctx, t); err != nil {
			return err
		}
	}
	all, err := r.replays(ctx)
	if err != nil {
		return err
	}
	runs, fresh, err := r.find(ctx, all, targets)
	if err != nil {
		return err
	}
	if !from.IsZero() && len(runs) > 0 {
		return fmt.Errorf("%w: replay %s has begun to fill %s from %s on; drop it first", ports.ErrGenerations,
			runs[0].replay.Name, strings.Join(keysOf(runs[0].targets), ", "), stamp(runs[0].replay.From))
	}
	for _, one := range runs {
		if err := r.resume(ctx, one, report); err != nil {
			return err
		}
	}
	if len(fresh) > 0 {
		if from.Before(a.created) {
			from = a.created
		}
		started, err := r.begin(ctx, a, all, fresh, from.Truncate(time.Second), report)
		if err != nil {
			return err
		}
		runs = append(runs, run{fresh, started})
	}
	for _, one := range runs {
		if err := r.complete(ctx, a, all, one, report); err != nil {
			return err
		}
	}
	return nil
}

type run struct {
	targets []target
	replay  Replay
}

// find returns the newest replays of the candidates, and the candidates without one.
func (r *Rebuilder) find(ctx context.Context, all []Replay, targets []target) (runs []run, fresh []target, err error) {
	for _, t := range targets {
		created, err := r.created(ctx, t.key())
		if err != nil {
			return nil, nil, err
		}
		i := slices.IndexFunc(all, func(replay Replay) bool { return replay.fills(t.key(), created) })
		if i < 0 {
			fresh = append(fresh, t)
			continue
		}
		at := slices.IndexFunc(runs, func(one run) bool { return one.replay.Name == all[i].Name })
		if at < 0 {
			at, runs = len(runs), append(runs, run{replay: all[i]})
		}
		runs[at].targets = append(runs[at].targets, t)
	}
	return runs, fresh, nil
}

// fills reports whether a replay filled the generation whose table was created then, and not an earlier
// generation with the same number.
func (r Replay) fills(key string, created time.Time) bool {
	return slices.Contains(r.parsed.keys, key) && !r.Started.Before(created.Truncate(time.Second))
}

// begin starts the replay of candidates that receive live events, once the archive has everything published
// before.
func (r *Rebuilder) begin(ctx context.Context, a archive, all []Replay, targets []target, from time.Time, report func(ports.RebuildReport)) (Replay, error) {
	live, err := r.liveSince(ctx, targets)
	if err != nil {
		return Replay{}, err
	}
	w := r.waits.window(from, live.Truncate(time.Second))
	if err := r.archived(ctx, w, targets, report); err != nil {
		return Replay{}, err
	}
	return r.launch(ctx, a, all, targets, w, report)
}

// liveSince returns when the rules of all candidates were first seen to be enabled. It is recorded, so that
// an interrupted run does not wait again.
func (r *Rebuilder) liveSince(ctx context.Context, targets []target) (latest time.Time, err error) {
	for _, t := range targets {
		steps, err := r.steps(ctx, t.key())
		if err != nil {
			return latest, err
		}
		i := slices.IndexFunc(steps, func(s ports.RebuildStep) bool { return s.Step == stepLive })
		since := r.now()
		if i >= 0 {
			since = steps[i].At
		} else if err := r.record(ctx, t, stepLive, "its rule takes events"); err != nil {
			return latest, err
		}
		if since.After(latest) {
			latest = since
		}
	}
	return latest, nil
}

// archived waits until the archive has everything published in a window.
func (r *Rebuilder) archived(ctx context.Context, w window, targets []target, report func(ports.RebuildReport)) error {
	until, total := w.to.Add(r.waits.Lag), r.waits.Settle+r.waits.Lag
	for {
		left := until.Sub(r.now())
		if left <= 0 {
			return nil
		}
		report(ports.RebuildReport{Progress: &ports.RebuildProgress{
			Phase: ports.PhaseArchiving, Projections: projectionsOf(targets), Unit: ports.UnitSeconds,
			Done: seconds(total - left), Total: seconds(total), Lag: seconds(left), Rate: 1, SecondsLeft: left.Seconds(),
		}})
		if err := smithytime.SleepWithContext(ctx, min(left, r.waits.Poll)); err != nil {
			return err
		}
	}
}

// launch starts a replay under the first name that is not among the found replays, and records it. Two
// operators who found the same replays start the same one.
func (r *Rebuilder) launch(ctx context.Context, a archive, found []Replay, targets []target, w window, report func(ports.RebuildReport)) (Replay, error) {
	name := replayName{prefix: r.stack.BusName, keys: keysOf(targets), try: 1}
	for _, one := range found {
		if slices.Equal(one.parsed.keys, name.keys) {
			name.try = max(name.try, one.parsed.try+1)
		}
	}
	replay, err := r.start(ctx, a, name, w)
	if err != nil {
		return Replay{}, err
	}
	detail := fmt.Sprintf("%s, of what was published from %s to %s", replay.Name, stamp(replay.From), stamp(replay.To))
	report(ports.RebuildReport{Note: "started replay " + detail})
	return replay, r.recordAll(ctx, targets, stepReplay, detail)
}

// resume reports the state of a replay that an earlier run started.
func (r *Rebuilder) resume(ctx context.Context, one run, report func(ports.RebuildReport)) error {
	detail := fmt.Sprintf("replay %s is %s", one.replay.Name, one.replay.State)
	if at := one.replay.reached(); at != "" && !one.replay.completed() {
		detail += " " + at
	}
	report(ports.RebuildReport{Note: "resuming " + strings.Join(keysOf(one.targets), ", ") + ": " + detail})
	return r.recordAll(ctx, one.targets, "resumed", detail)
}

// complete follows a replay to its end. If it fails or is cancelled, complete starts and follows the next
// one.
func (r *Rebuilder) complete(ctx context.Context, a archive, all []Replay, one run, report func(ports.RebuildReport)) (err error) {
	replay := one.replay
	if !replay.active() && !replay.completed() {
		report(ports.RebuildReport{Note: fmt.Sprintf("replay %s is %s; another one continues", replay.Name, replay.State)})
		w := r.waits.resumed(window{replay.From, replay.To}, replay.LastReplayed)
		if replay, err = r.launch(ctx, a, all, one.targets, w, report); err != nil {
			return err
		}
	}
	return r.follow(ctx, replay, one.targets, report)
}

// follow reports the progress of a replay until it has ended.
func (r *Rebuilder) follow(ctx context.Context, replay Replay, targets []target, report func(ports.RebuildReport)) (err error) {
	began, first := r.localNow(), replay.done()
	for {
		if replay, err = r.describe(ctx, replay.parsed); err != nil {
			return err
		}
		if !replay.active() {
			break
		}
		waiting, err := r.waiting(ctx, targets)
		if err != nil {
			return err
		}
		p := replay.progress(r.localNow().Sub(began), first)
		p.Projections, p.Waiting = projectionsOf(targets), waiting
		report(ports.RebuildReport{Progress: p})
		if err := smithytime.SleepWithContext(ctx, r.waits.Poll); err != nil {
			return err
		}
	}
	if !replay.completed() {
		return fmt.Errorf("%w: %s is %s: %s", ports.ErrFillEnded, replay.Name, replay.State, replay.Reason)
	}
	return nil
}

// progress estimates the rest from the part that was replayed in the time took; before was replayed earlier.
func (r Replay) progress(took, before time.Duration) *ports.RebuildProgress {
	total := r.To.Sub(r.From)
	p := &ports.RebuildProgress{
		Phase: ports.PhaseFilling, Unit: ports.UnitSeconds, ReachedAt: r.LastReplayed,
		Done: seconds(r.done()), Total: seconds(total), Lag: seconds(total - r.done()), SecondsLeft: -1,
	}
	if walked := r.done() - before; walked > 0 && took > 0 {
		p.Rate = walked.Seconds() / took.Seconds()
		p.SecondsLeft = (total - r.done()).Seconds() / p.Rate
	}
	return p
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }
