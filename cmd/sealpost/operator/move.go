package operator

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/time/rate"

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
	// ServerRunning is false when nobody was there to deliver them. On AWS somebody
	// always is.
	ServerRunning bool `json:"serverRunning"`
}

type failed struct {
	// ID is under which it is parked now.
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// lookEvery is how often the outcome of what is under way is asked for, and
// whether the server still runs.
const lookEvery = 100 * time.Millisecond

// mover redrives at a bounded rate, and watches how it ends.
type mover struct {
	flags   *redriveCmd
	env     *client.Env
	place   parking
	bar     *bar
	waiting []string
	result  redriven
	// told are the kinds of reasons of first attempts that people know of already.
	told map[string]bool
	// others tells of letters that were not taken.
	others string
}

// move redrives the letters, and waits for how it ends unless nobody is there to
// deliver them.
func (c *redriveCmd) move(ctx context.Context, env *client.Env, p parking) (err error) {
	taken, err := p.take(ctx, c.Consumer, c.ID)
	if err != nil {
		return err
	}
	released := false
	release := func() error {
		if released {
			return nil
		}
		released = true
		return p.release(ctx)
	}
	defer func() { err = errors.Join(err, release()) }()
	if err := c.allParked(taken); err != nil {
		return err
	}
	m := mover{flags: c, env: env, place: p, bar: newBar(env.Stderr(), "Redriving", len(taken.letters)),
		result: redriven{FailedAgain: []failed{}}, told: map[string]bool{}, others: others(taken)}
	err = m.run(ctx, taken.letters)
	if err == nil {
		err = release() // what was redriven is waited for, and nothing is kept meanwhile
	}
	if err == nil {
		err = m.wait(ctx)
	}
	m.bar.clear()
	if err != nil {
		if n := len(m.waiting); n > 0 {
			env.Notice(count(n) + " under way will still be delivered; the others stay parked.")
		}
		return err
	}
	return m.report(env)
}

// run moves the letters. A step is a tenth of a second's worth.
func (m *mover) run(ctx context.Context, letters []letter) (err error) {
	if m.result.ServerRunning, err = m.place.attended(); err != nil {
		return err
	}
	step := max(1, int(m.flags.Rate/10))
	limiter := rate.NewLimiter(rate.Limit(m.flags.Rate), step)
	for len(letters) > 0 {
		n := min(step, len(letters))
		if err := limiter.WaitN(ctx, n); err != nil {
			return fmt.Errorf("waiting to redrive: %w", err)
		}
		ids := make([]string, n)
		for i, l := range letters[:n] {
			ids[i] = l.ID
		}
		moved, err := m.place.redrive(ctx, ids)
		m.result.Redriven += len(moved)
		m.waiting = append(m.waiting, moved...)
		if err != nil {
			return err
		}
		letters = letters[n:]
		if err := m.look(ctx); err != nil {
			return err
		}
	}
	return nil
}

// wait waits until everything has an outcome, nobody is left to bring it about, or
// it takes too long.
func (m *mover) wait(ctx context.Context) (err error) {
	if m.flags.NoWait {
		return nil
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	patience := m.place.patience()
	if patience > 0 && len(m.waiting) > 0 {
		m.env.Notice(fmt.Sprintf("%s on the way. How it ends is waited for, %s at most; Ctrl-C stops the waiting only.", count(len(m.waiting)), patience.Round(time.Second)))
	}
	for begun := time.Now(); ; {
		// Asked before looking: a server that settled the last one and stopped left
		// nothing waiting.
		if m.result.ServerRunning, err = m.place.attended(); err != nil {
			return err
		}
		if err := m.look(ctx); err != nil || len(m.waiting) == 0 || !m.result.ServerRunning {
			return err
		}
		if patience > 0 && time.Since(begun) > patience {
			return nil
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
	outcomes, err := m.place.look(ctx, m.waiting)
	if err != nil {
		return err
	}
	still := m.waiting[:0]
	for _, id := range m.waiting {
		switch o := outcomes[id]; o.state {
		case delivered:
			m.result.Delivered++
			m.bar.add(1)
		case parkedAgain:
			m.result.FailedAgain = append(m.result.FailedAgain, failed{o.id, o.reason})
			m.bar.add(1)
		case waiting:
			still = append(still, id)
			m.tell(o.reason)
		}
	}
	m.waiting = still
	return nil
}

// tell says why an attempt failed that is not the last one: where the attempts lie
// minutes apart, nobody wants to learn it only at the end.
func (m *mover) tell(reason string) {
	if reason = kind(reason); reason != "" && !m.told[reason] {
		m.told[reason] = true
		m.env.Notice("failed, and will be tried again: " + reason)
	}
}

func (m *mover) report(env *client.Env) error {
	m.result.Waiting = len(m.waiting)
	if err := env.Result(m.result, m.text()); err != nil {
		return err
	}
	if n := len(m.result.FailedAgain); n > 0 {
		return client.Fail(client.ExitFailure, "failed-again", count(n)+" failed again", m.place.words().parkedAgain, m.flags.command("--list"))
	}
	return nil
}

func (m *mover) text() string {
	r := m.result
	if r.Redriven == 0 {
		return "Nothing is parked; there was nothing to redrive." + m.others
	}
	text := fmt.Sprintf("Redrove %s: %d delivered, %d failed again, %d waiting.", count(r.Redriven), r.Delivered, len(r.FailedAgain), r.Waiting)
	for _, g := range reasons(r.FailedAgain) {
		text += "\n  " + terminal.Line(g)
	}
	words := m.place.words()
	switch {
	case r.Waiting > 0 && !r.ServerRunning:
		text += "\n" + words.unattended
	case r.Waiting > 0 && !m.flags.NoWait:
		text += "\n" + words.late
	}
	return text + m.others
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
