package operator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/time/rate"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/cmd/sealpost/cli/terminal"
	"github.com/sealpost/sealpost/ports"
)

type redriven struct {
	// Redriven is the number of letters that this command moved.
	Redriven  int `json:"redriven"`
	Delivered int `json:"delivered"`
	// Waiting is the number without an outcome yet.
	Waiting     int      `json:"waiting"`
	FailedAgain []failed `json:"failedAgain"`
	// ServerRunning is false if nothing is running that delivers them.
	ServerRunning bool `json:"serverRunning"`
	// Hidden and More are those of [ports.DeadLetterList], for letters that stayed
	// parked.
	Hidden int `json:"hidden,omitempty"`
	More   int `json:"more,omitempty"`
}

type failed struct {
	// ID is the letter's new id in the dead letters.
	ID     ports.DeadLetterID `json:"id"`
	Reason string             `json:"reason"`
}

const (
	// outcomeEvery is how often to check for outcomes.
	outcomeEvery = 100 * time.Millisecond
	// recheckEvery is the pause between two attempts to hold hidden letters. On AWS an
	// attempt takes a second or two and hides letters from others.
	recheckEvery = 2 * time.Second
	// noticeEvery is how often waiting for hidden letters is reported.
	noticeEvery = 20 * time.Second
)

// mover redrives at a limited rate and follows the outcomes.
type mover struct {
	flags   *redriveCmd
	env     *cli.Env
	letters ports.DeadLetters
	filter  ports.DeadLetterFilter
	waits   ports.RedriveWaits
	limiter *rate.Limiter
	// step is the number of letters moved at once: as many as the rate allows in 0.1 s.
	step    int
	bar     *progressbar.ProgressBar // nil when stderr is no terminal
	waiting []ports.DeadLetterID
	result  redriven
	// reported has the kinds of reasons that were already reported.
	reported map[string]bool
	// parked is the last list; its hidden letters were not moved.
	parked ports.DeadLetterList
}

// move redrives the selected letters. It waits for their outcomes unless nothing is
// running that delivers them.
func (c *redriveCmd) move(ctx context.Context, env *cli.Env, d ports.DeadLetters, f ports.DeadLetterFilter) error {
	step := max(1, int(c.Rate/10))
	m := &mover{
		flags: c, env: env, letters: d, filter: f, limiter: rate.NewLimiter(rate.Limit(c.Rate), step), step: step,
		result: redriven{FailedAgain: []failed{}}, reported: map[string]bool{},
	}
	var err error
	if m.waits, err = d.Waits(ctx, f); err != nil {
		return err
	}
	err = m.moveAll(ctx)
	complete := err == nil
	if complete { // hold no letters while waiting for outcomes
		err = m.wait(ctx)
	}
	if m.bar != nil {
		_ = m.bar.Clear() // a bar that cannot be drawn is no error
	}
	if err != nil {
		m.reportPartial(complete)
		return err
	}
	return m.report()
}

// moveAll redrives the letters that it can hold, and then hidden letters as they come
// back. It moves all letters named by id, or none.
func (m *mover) moveAll(ctx context.Context) error {
	noticeAt := time.Now()
	for deadline := noticeAt.Add(m.waits.Hidden); ; {
		list, moving, err := m.round(ctx)
		if err != nil {
			return err
		}
		deadline = deadline.Add(moving) // the limit applies to waiting only
		missing := m.flags.checkAll(list, m.filter)
		if len(m.filter.IDs) > 0 && missing == nil {
			list.Hidden = 0 // the hidden letters are not the named ones
		}
		if m.parked = list; list.Hidden == 0 {
			return missing
		}
		now := time.Now()
		left := deadline.Sub(now)
		if m.flags.NoWait || left <= 0 {
			return missing
		}
		if !now.Before(noticeAt) {
			m.env.Notice(fmt.Sprintf("About %s cannot be read: %s. Waiting for them, %s at most; Ctrl-C stops the waiting.",
				count(list.Hidden), heldElsewhere, left.Round(time.Second)))
			noticeAt = now.Add(noticeEvery)
		}
		if err := pause(ctx, recheckEvery); err != nil {
			return err
		}
		if err := m.follow(ctx); err != nil {
			return err
		}
	}
}

// round holds the letters that it can, moves them, and releases the rest. It also
// returns how long the moving took.
func (m *mover) round(ctx context.Context) (list ports.DeadLetterList, moving time.Duration, err error) {
	held, err := m.letters.Hold(ctx, m.filter)
	if err != nil {
		return list, 0, err
	}
	defer func() { err = errors.Join(err, held.Close(ctx)) }()
	list = held.List()
	if m.flags.checkAll(list, m.filter) != nil {
		return list, 0, nil
	}
	m.grow(len(list.Letters))
	begun := time.Now()
	err = m.run(ctx, held, list.Letters)
	return list, time.Since(begun), err
}

func (m *mover) run(ctx context.Context, held ports.HeldDeadLetters, letters []ports.DeadLetter) (err error) {
	if m.result.ServerRunning, err = m.letters.Delivering(); err != nil {
		return err
	}
	for len(letters) > 0 {
		n := min(m.step, len(letters))
		if err := m.limiter.WaitN(ctx, n); err != nil {
			return fmt.Errorf("waiting to redrive: %w", err)
		}
		ids := make([]ports.DeadLetterID, n)
		for i, l := range letters[:n] {
			ids[i] = l.ID
		}
		moved, err := held.Redrive(ctx, ids...)
		m.result.Redriven += len(moved)
		m.waiting = append(m.waiting, moved...)
		if err != nil {
			return err
		}
		letters = letters[n:]
		if err := m.follow(ctx); err != nil {
			return err
		}
	}
	return nil
}

// wait follows until every letter has an outcome, nothing delivers any more, or the
// time is up.
func (m *mover) wait(ctx context.Context) (err error) {
	if m.flags.NoWait {
		return nil
	}
	limit := m.waits.Outcome
	if limit > 0 && len(m.waiting) > 0 {
		m.env.Notice(fmt.Sprintf("%s on the way. Waiting for the outcome, %s at most; Ctrl-C stops the waiting only.", count(len(m.waiting)), limit.Round(time.Second)))
	}
	for begun := time.Now(); ; {
		// Check Delivering before the outcomes, because a server may deliver the last
		// letter and then stop.
		if m.result.ServerRunning, err = m.letters.Delivering(); err != nil {
			return err
		}
		if err := m.follow(ctx); err != nil || len(m.waiting) == 0 || !m.result.ServerRunning {
			return err
		}
		if limit > 0 && time.Since(begun) > limit {
			return nil
		}
		if err := pause(ctx, outcomeEvery); err != nil {
			return err
		}
	}
}

func (m *mover) follow(ctx context.Context) error {
	outcomes, err := m.letters.Outcomes(ctx, m.waiting)
	if err != nil {
		return err
	}
	still := m.waiting[:0]
	for _, id := range m.waiting {
		switch o := outcomes[id]; o.State {
		case ports.OutcomeDelivered:
			m.result.Delivered++
			m.progress()
		case ports.OutcomeParked:
			m.result.FailedAgain = append(m.result.FailedAgain, failed{o.As, o.Reason})
			m.progress()
		case ports.OutcomeWaiting:
			still = append(still, id)
			// Attempts may be minutes apart, so a new reason is reported at once.
			if reason := kind(o.Reason); reason != "" && !m.reported[reason] {
				m.reported[reason] = true
				m.env.Notice("failed, and will be tried again: " + reason)
			}
		}
	}
	m.waiting = still
	return nil
}

func (m *mover) grow(n int) {
	switch {
	case m.bar != nil:
		m.bar.AddMax(n)
	case n > 0 && terminal.Is(m.env.Stderr()):
		m.bar = newBar(m.env.Stderr(), n)
	}
}

func (m *mover) progress() {
	if m.bar != nil {
		_ = m.bar.Add(1) // a bar that cannot be drawn is no error
	}
}

func newBar(out io.Writer, n int) *progressbar.ProgressBar {
	return progressbar.NewOptions(n,
		progressbar.OptionSetWriter(out),
		progressbar.OptionSetDescription("Redriving"),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionSetWidth(30),
		progressbar.OptionThrottle(65*time.Millisecond),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetPredictTime(true),
	)
}
