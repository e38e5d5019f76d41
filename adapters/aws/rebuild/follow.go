package rebuild

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	smithytime "github.com/aws/smithy-go/time"

	"github.com/sealpost/sealpost/internal/rebuilding"
)

// run is a rebuild of some generations that are filled by the same main replay.
type run struct {
	targets []target
	main    Replay
}

// fill replays the archive into the generations, or follows replays that do.
func (r *Rebuilder) fill(ctx context.Context, targets []target, from time.Time, tell func(Report)) error {
	a, err := r.archive(ctx, tell)
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
		return fmt.Errorf("%w: replay %s has begun to fill %s from %s on; drop it first", rebuilding.ErrConflict,
			runs[0].main.Name, strings.Join(keysOf(runs[0].targets), ", "), stamp(runs[0].main.From))
	}
	if from.IsZero() || from.Before(a.created) {
		from = a.created
	}
	for _, one := range runs {
		if err := r.resume(ctx, one, tell); err != nil {
			return err
		}
	}
	if len(fresh) > 0 {
		main, err := r.launch(ctx, a, all, fresh, mainPart, mainWindow(from.Truncate(time.Second), r.now().Truncate(time.Second)), tell)
		if err != nil {
			return err
		}
		runs = append(runs, run{fresh, main})
	}
	for _, one := range runs {
		if err := r.complete(ctx, a, all, one, tell); err != nil {
			return err
		}
	}
	return nil
}

// resume tells where a rebuild stands that was begun before.
func (r *Rebuilder) resume(ctx context.Context, one run, tell func(Report)) error {
	detail := fmt.Sprintf("replay %s is %s", one.main.Name, one.main.State)
	if at := lastReplayed(one.main); at != "" && !one.main.completed() {
		detail += " " + at
	}
	tell(Report{Note: "resuming " + strings.Join(keysOf(one.targets), ", ") + ": " + detail})
	return r.recordAll(ctx, one.targets, "resumed", detail)
}

// find looks for the main replays that fill generations. Those without one are fresh.
func (r *Rebuilder) find(ctx context.Context, all []Replay, targets []target) (runs []run, fresh []target, err error) {
	for _, t := range targets {
		made, err := r.made(ctx, t.key())
		if err != nil {
			return nil, nil, err
		}
		i := slices.IndexFunc(all, func(replay Replay) bool { return replay.fills(t.key(), mainPart, made) })
		if i < 0 {
			fresh = append(fresh, t)
			continue
		}
		at := slices.IndexFunc(runs, func(one run) bool { return one.main.Name == all[i].Name })
		if at < 0 {
			at, runs = len(runs), append(runs, run{main: all[i]})
		}
		runs[at].targets = append(runs[at].targets, t)
	}
	return runs, fresh, nil
}

func (r Replay) fills(key string, which part, made time.Time) bool {
	return r.parsed.part == which && slices.Contains(r.parsed.keys, key) && !r.Started.Before(made.Truncate(time.Second))
}

// launch starts a replay for generations under the name that is next to all of those
// that were found, and records it. Whoever found the same takes the same name, so that
// one replay is started and both follow it.
func (r *Rebuilder) launch(ctx context.Context, a archive, found []Replay, targets []target, which part, w window, tell func(Report)) (Replay, error) {
	name := replayName{prefix: r.stack.BusName, keys: keysOf(targets), part: which, try: 1}
	for _, other := range found {
		if other.parsed.part == which && slices.Equal(other.parsed.keys, name.keys) {
			name.try = max(name.try, other.parsed.try+1)
		}
	}
	replay, err := r.start(ctx, a, name, w)
	if err != nil {
		return Replay{}, err
	}
	detail := fmt.Sprintf("%s, of what was published from %s to %s", replay.Name, stamp(replay.From), stamp(replay.To))
	tell(Report{Note: "started replay " + detail})
	return replay, r.recordAll(ctx, targets, "replay started", detail)
}

// complete follows the main replay to its end, then has the tail replayed.
func (r *Rebuilder) complete(ctx context.Context, a archive, all []Replay, one run, tell func(Report)) (err error) {
	main := one.main
	if !main.active() && !main.completed() {
		tell(Report{Note: fmt.Sprintf("replay %s is %s; another one goes on where it was", main.Name, main.State)})
		w := main.window()
		if !main.LastReplayed.IsZero() {
			w = r.waits.resumed(w, main.LastReplayed)
		}
		if main, err = r.launch(ctx, a, all, one.targets, mainPart, w, tell); err != nil {
			return err
		}
	}
	if err := r.follow(ctx, main, one.targets, tell); err != nil {
		return err
	}
	w := r.waits.tailWindow(main.window())
	if all, err = r.replays(ctx); err != nil {
		return err
	}
	tail, found := r.findTail(all, one.targets, w)
	if !found {
		if err := r.ripen(ctx, w, one.targets, tell); err != nil {
			return err
		}
		if tail, err = r.launch(ctx, a, all, one.targets, tailPart, w, tell); err != nil {
			return err
		}
	}
	return r.follow(ctx, tail, one.targets, tell)
}

// findTail looks for a tail that fills all the generations, runs or has run to its
// end, and has the window, having begun when the archive had all of it.
func (r *Rebuilder) findTail(all []Replay, targets []target, w window) (tail Replay, found bool) {
	i := slices.IndexFunc(all, func(replay Replay) bool {
		for _, t := range targets {
			if !replay.fills(t.key(), tailPart, r.waits.ripe(w)) {
				return false
			}
		}
		return (replay.active() || replay.completed()) && replay.window().covers(w)
	})
	if i < 0 {
		return tail, false
	}
	return all[i], true
}

// ripen waits until the archive has everything that was published in a window.
func (r *Rebuilder) ripen(ctx context.Context, w window, targets []target, tell func(Report)) error {
	ripe := r.waits.ripe(w)
	total := ripe.Sub(w.to.Add(-r.waits.Settle))
	for {
		left := ripe.Sub(r.now())
		if left <= 0 {
			return nil
		}
		tell(Report{Progress: &Progress{
			Phase: Archiving, Projections: projectionsOf(targets), Done: seconds(total - left), Total: seconds(total), Rate: 1, SecondsLeft: left.Seconds(),
		}})
		if err := smithytime.SleepWithContext(ctx, min(left, r.waits.Poll)); err != nil {
			return err
		}
	}
}

// follow tells how far a replay is until it has ended.
func (r *Rebuilder) follow(ctx context.Context, replay Replay, targets []target, tell func(Report)) (err error) {
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
		tell(Report{Progress: p})
		if err := smithytime.SleepWithContext(ctx, r.waits.Poll); err != nil {
			return err
		}
	}
	if !replay.completed() {
		return fmt.Errorf("%w: %s is %s: %s", ErrReplay, replay.Name, replay.State, replay.Reason)
	}
	return nil
}

// done is how much of its window a replay has behind it.
func (r Replay) done() time.Duration {
	if r.LastReplayed.Before(r.From) {
		return 0
	}
	return min(r.LastReplayed.Sub(r.From), r.To.Sub(r.From))
}

// progress estimates from how much was done in the time that it took, that much having
// been done before.
func (r Replay) progress(took, before time.Duration) *Progress {
	total := r.To.Sub(r.From)
	p := &Progress{
		Phase: Replaying, Replay: r.Name, At: r.LastReplayed, Done: seconds(r.done()), Total: seconds(total),
		Lag: seconds(total - r.done()), SecondsLeft: -1,
	}
	if walked := r.done() - before; walked > 0 && took > 0 {
		p.Rate = walked.Seconds() / took.Seconds()
		p.SecondsLeft = (total - r.done()).Seconds() / p.Rate
	}
	return p
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }
