package operator

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/time/rate"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/cmd/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/client/terminal"
)

// redriven is the result of redrive.
type redriven struct {
	// Redriven is how many were moved; the others were redriven by somebody else.
	Redriven  int `json:"redriven"`
	Delivered int `json:"delivered"`
	// Waiting are those whose outcome was not waited for, or could not be.
	Waiting     int      `json:"waiting"`
	FailedAgain []failed `json:"failedAgain"`
	// ServerRunning is false when nobody was there to deliver them.
	ServerRunning bool `json:"serverRunning"`
}

type failed struct {
	ID     eventlog.LetterID `json:"id"`
	Reason string            `json:"reason"`
}

// lookEvery is how often the outcome of what is under way is asked for, and
// whether the server still runs.
const lookEvery = 100 * time.Millisecond

// mover redrives at a bounded rate, and watches how it ends.
type mover struct {
	flags   *redriveCmd
	log     *eventlog.Log
	bar     *bar
	waiting []eventlog.LetterID
	result  redriven
}

// move redrives the letters, and waits for how it ends unless nobody is there to
// deliver them.
func (c *redriveCmd) move(ctx context.Context, env *client.Env, log *eventlog.Log, letters []eventlog.DeadLetter) error {
	m := mover{flags: c, log: log, bar: newBar(env.Stderr(), "Redriving", len(letters)), result: redriven{FailedAgain: []failed{}}}
	err := m.run(ctx, letters)
	m.bar.clear()
	if err != nil {
		if n := len(m.waiting); n > 0 && ctx.Err() != nil {
			env.Notice(count(n) + " under way will still be delivered; the others stay parked.")
		}
		return err
	}
	return m.report(env)
}

func (m *mover) run(ctx context.Context, letters []eventlog.DeadLetter) (err error) {
	if m.result.ServerRunning, err = m.flags.serverRuns(); err != nil {
		return err
	}
	// A step is a tenth of a second's worth, one commit each.
	step := max(1, int(m.flags.Rate/10))
	limiter := rate.NewLimiter(rate.Limit(m.flags.Rate), step)
	for len(letters) > 0 {
		n := min(step, len(letters))
		if err := limiter.WaitN(ctx, n); err != nil {
			return fmt.Errorf("waiting to redrive: %w", err)
		}
		ids := make([]eventlog.LetterID, n)
		for i, d := range letters[:n] {
			ids[i] = d.ID()
		}
		moved, err := m.log.Redrive(ctx, ids...)
		if err != nil {
			return err
		}
		m.result.Redriven += len(moved)
		m.waiting = append(m.waiting, moved...)
		letters = letters[n:]
		if err := m.look(ctx); err != nil {
			return err
		}
	}
	return m.wait(ctx)
}

// wait waits until everything has an outcome, or nobody is left to bring it about.
func (m *mover) wait(ctx context.Context) (err error) {
	if m.flags.NoWait {
		return nil
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		// Asked before looking: a server that settled the last one and stopped left
		// nothing waiting.
		if m.result.ServerRunning, err = m.flags.serverRuns(); err != nil {
			return err
		}
		if err := m.look(ctx); err != nil || len(m.waiting) == 0 || !m.result.ServerRunning {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// look asks for the outcome of what is under way.
func (m *mover) look(ctx context.Context) error {
	still := m.waiting[:0]
	for _, id := range m.waiting {
		o, err := m.log.Outcome(ctx, id)
		if err != nil {
			return err
		}
		switch o.State {
		case eventlog.Delivered:
			m.result.Delivered++
			m.bar.add(1)
		case eventlog.Parked:
			m.result.FailedAgain = append(m.result.FailedAgain, failed{id, o.Reason})
			m.bar.add(1)
		default:
			still = append(still, id)
		}
	}
	m.waiting = still
	return nil
}

func (m *mover) report(env *client.Env) error {
	m.result.Waiting = len(m.waiting)
	if err := env.Result(m.result, m.text()); err != nil {
		return err
	}
	if n := len(m.result.FailedAgain); n > 0 {
		return client.Fail(client.ExitFailure, "failed-again", count(n)+" failed again", "They are parked again, each with its new reason.",
			"sealpost redrive --list")
	}
	return nil
}

func (m *mover) text() string {
	r := m.result
	if r.Redriven == 0 {
		return "Nothing is parked; there was nothing to redrive."
	}
	text := fmt.Sprintf("Redrove %s: %d delivered, %d failed again, %d waiting.", count(r.Redriven), r.Delivered, len(r.FailedAgain), r.Waiting)
	for _, g := range reasons(r.FailedAgain) {
		text += "\n  " + terminal.Line(g)
	}
	if r.Waiting > 0 && !r.ServerRunning {
		text += "\nNo server runs on this data folder; what waits is delivered at its next start."
	}
	return text
}

// reasons says how many failed for each kind of reason.
func reasons(all []failed) (lines []string) {
	counts := map[string]int{}
	var order []string
	for _, f := range all {
		reason := kind(f.Reason)
		if counts[reason]++; counts[reason] == 1 {
			order = append(order, reason)
		}
	}
	for _, reason := range order {
		lines = append(lines, fmt.Sprintf("%s: %s", count(counts[reason]), reason))
	}
	return lines
}
