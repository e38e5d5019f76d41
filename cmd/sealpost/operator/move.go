package operator

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/time/rate"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
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
	// Hidden and More are about how many others are parked, as in [parkedList].
	Hidden int `json:"hidden,omitempty"`
	More   int `json:"more,omitempty"`
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
	env     *cli.Env
	place   parking
	limiter *rate.Limiter
	// step is how many letters are moved at once: a tenth of a second's worth.
	step    int
	bar     *bar
	waiting []string
	result  redriven
	// told are the kinds of reasons of first attempts that people know of already.
	told map[string]bool
	// left is the last look at what is parked: its hidden letters were not taken.
	left listing
}

func newMover(c *redriveCmd, env *cli.Env, p parking) *mover {
	step := max(1, int(c.Rate/10))
	return &mover{
		flags: c, env: env, place: p, limiter: rate.NewLimiter(rate.Limit(c.Rate), step), step: step,
		result: redriven{FailedAgain: []failed{}}, told: map[string]bool{},
	}
}

// move redrives the letters, and waits for how it ends unless nobody is there to
// deliver them.
func (c *redriveCmd) move(ctx context.Context, env *cli.Env, p parking) error {
	m := newMover(c, env, p)
	err := m.all(ctx)
	complete := err == nil
	if complete { // nothing is kept while what was redriven is waited for
		err = m.wait(ctx)
	}
	m.bar.clear()
	if err != nil {
		m.tellUntilThen(complete)
		return err
	}
	return m.report(env)
}

// tellUntilThen tells what was done before an error or Ctrl-C.
func (m *mover) tellUntilThen(complete bool) {
	if m.result.Redriven == 0 {
		return
	}
	m.result.Waiting = len(m.waiting)
	text := m.summary()
	if m.result.Waiting > 0 && m.result.ServerRunning {
		text += " What waits will still be delivered."
	} else if m.result.Waiting > 0 {
		text += " " + m.place.words().unattended
	}
	if !complete {
		text += " The others stay parked."
	}
	m.env.Notice(text)
}

// run moves letters.
func (m *mover) run(ctx context.Context, letters []letter) (err error) {
	if m.result.ServerRunning, err = m.place.attended(); err != nil {
		return err
	}
	for len(letters) > 0 {
		n := min(m.step, len(letters))
		if err := m.limiter.WaitN(ctx, n); err != nil {
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

func (m *mover) report(env *cli.Env) error {
	m.result.Waiting, m.result.Hidden, m.result.More = len(m.waiting), m.left.hidden, m.left.more
	if err := env.Result(m.result, m.text()); err != nil {
		return err
	}
	if n := len(m.result.FailedAgain); n > 0 {
		return cli.Fail(cli.ExitFailure, "failed-again", count(n)+" failed again", m.place.words().parkedAgain, m.flags.command("--list"))
	}
	if m.left.hidden > 0 {
		return cli.Fail(cli.ExitUnavailable, outOfSight, "not all that is parked was redriven",
			"About "+count(m.left.hidden)+" could not be seen: "+somebodyElse+".", tryAgain)
	}
	return nil
}

func (m *mover) text() string {
	r := m.result
	switch {
	case r.Redriven == 0 && m.left.hidden > 0:
		return "Nothing was redriven." + others(m.left)
	case r.Redriven == 0:
		return "Nothing is parked; there was nothing to redrive." + others(m.left)
	}
	text := m.summary()
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
	return text + others(m.left)
}

func (m *mover) summary() string {
	r := m.result
	return fmt.Sprintf("Redrove %s: %d delivered, %d failed again, %d waiting.", count(r.Redriven), r.Delivered, len(r.FailedAgain), r.Waiting)
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
