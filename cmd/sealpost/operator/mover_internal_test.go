package operator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
	"github.com/sealpost/sealpost/ports"
)

// fake is a backend whose letters are moved at once and have their outcome after a while.
type fake struct {
	letters []ports.DeadLetter
	after   time.Duration
	limit   time.Duration
	// failing is after how many letters redriving fails; 0 is never.
	failing int
	// back is when hidden letters can be held, by id. Hidden letters are waited for two minutes.
	back map[string]time.Duration

	begun  time.Time
	moved  map[ports.DeadLetterID]time.Time
	order  []time.Time
	most   int // in one step
	held   int
	closed int // as often as held
}

var errFailing = errors.New("the queue is gone")

func (f *fake) List(context.Context, ports.DeadLetterFilter) (ports.DeadLetterList, error) {
	return ports.DeadLetterList{Letters: f.letters}, nil
}
func (f *fake) Delivering() (bool, error) { return true, nil }
func (f *fake) Waits(context.Context, ports.DeadLetterFilter) (ports.RedriveWaits, error) {
	return ports.RedriveWaits{Hidden: 2 * time.Minute, Outcome: f.limit}, nil
}

type fakeHold struct {
	*fake
	list ports.DeadLetterList
}

func (h fakeHold) List() ports.DeadLetterList  { return h.list }
func (h fakeHold) Close(context.Context) error { h.closed++; return nil }

func (f *fake) Hold(_ context.Context, filter ports.DeadLetterFilter) (ports.HeldDeadLetters, error) {
	f.held++
	if f.moved == nil {
		f.begun, f.moved = time.Now(), map[ports.DeadLetterID]time.Time{}
	}
	h := fakeHold{fake: f}
	for _, one := range f.letters {
		if _, moved := f.moved[one.ID]; moved {
			continue
		}
		if time.Since(f.begun) < f.back[one.ID.String()] {
			h.list.Hidden++
		} else if filter.Selects(one.ID) {
			h.list.Letters = append(h.list.Letters, one)
		}
	}
	return h, nil
}

func (h fakeHold) Redrive(_ context.Context, ids ...ports.DeadLetterID) (moved []ports.DeadLetterID, err error) {
	h.most = max(h.most, len(ids))
	for _, id := range ids {
		if h.failing > 0 && len(h.moved) == h.failing {
			return moved, errFailing
		}
		h.moved[id] = time.Now()
		h.order = append(h.order, time.Now())
		moved = append(moved, id)
	}
	return moved, nil
}

func (f *fake) Outcomes(_ context.Context, ids []ports.DeadLetterID) (map[ports.DeadLetterID]ports.RedriveOutcome, error) {
	outcomes := map[ports.DeadLetterID]ports.RedriveOutcome{}
	for _, id := range ids {
		if time.Since(f.moved[id]) < f.after {
			outcomes[id] = ports.RedriveOutcome{Reason: "not yet"}
		} else {
			outcomes[id] = ports.RedriveOutcome{State: ports.OutcomeDelivered}
		}
	}
	return outcomes, nil
}

func someLetters(n int) (all []ports.DeadLetter) {
	for i := range n {
		all = append(all, ports.DeadLetter{ID: ports.DeadLetterID{Consumer: "inbox", Delivery: fmt.Sprint(i + 1)}})
	}
	return all
}

func newTestEnv() (*cli.Env, *bytes.Buffer) {
	var stderr bytes.Buffer
	return cli.NewEnv(strings.NewReader(""), &bytes.Buffer{}, &stderr), &stderr
}

// redriveAll runs the command on a backend, in a bubble, and returns what it wrote and
// how long it took.
func redriveAll(ctx context.Context, p *fake, c *redriveCmd) (stdout, stderr string, took time.Duration, err error) {
	var out, errs bytes.Buffer
	begun := time.Now()
	filter, err := c.filter()
	if err == nil {
		err = c.move(ctx, cli.NewEnv(strings.NewReader(""), &out, &errs), p, filter)
	}
	return out.String(), errs.String(), time.Since(begun), err
}

func TestTheRateIsKept(t *testing.T) {
	t.Parallel()
	for _, rate := range []float64{0.5, 4, 50, 1000} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := &fake{letters: someLetters(int(max(8, rate*10)))}
				begun := time.Now()
				out, _, _, err := redriveAll(t.Context(), p, &redriveCmd{Rate: rate})
				if err != nil || !strings.Contains(out, "0 failed again, 0 waiting") {
					t.Fatalf("%s, %v", out, err)
				}
				step := max(1, int(rate/10))
				if p.most > step {
					t.Errorf("%d in one step", p.most)
				}
				// At no time were more moved than the rate allows, besides the one step
				// that goes at once.
				for i, at := range p.order {
					if allowed := at.Sub(begun).Seconds()*rate + float64(step) + 0.001; float64(i+1) > allowed {
						t.Fatalf("%d moved after %v, at most %.1f may be", i+1, at.Sub(begun), allowed)
					}
				}
				// And it is not much slower either.
				if last := p.order[len(p.order)-1].Sub(begun).Seconds(); last > float64(len(p.order))/rate+0.2 {
					t.Errorf("%d took %.2f s", len(p.order), last)
				}
			})
		})
	}
}

func TestAnOutcomeIsWaitedForWithinBounds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fake   fake
		noWait bool
		took   time.Duration
		out    string
	}{
		"it comes":           {fake{after: time.Minute, limit: 10 * time.Minute}, false, time.Minute, "1 delivered, 0 failed again, 0 waiting."},
		"it comes too late":  {fake{after: time.Hour, limit: time.Minute}, false, time.Minute, "1 waiting.\nThe outcome of what waits did not come in time"},
		"without end":        {fake{after: 10 * time.Minute}, false, 10 * time.Minute, "1 delivered"},
		"it is not awaited":  {fake{after: time.Hour, limit: time.Minute}, true, 0, "1 waiting.\n"},
		"there is no letter": {fake{limit: time.Minute}, false, 0, "Nothing is parked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := c.fake
				if c.out != "Nothing is parked" {
					p.letters = someLetters(1)
				}
				out, errs, took, err := redriveAll(t.Context(), &p, &redriveCmd{Rate: 50, NoWait: c.noWait})
				if err != nil || !strings.Contains(out, c.out) || took < c.took || took > c.took+time.Second {
					t.Errorf("%q, %v after %v", out, err, took)
				}
				if n := strings.Count(errs, "failed, and will be tried again: not yet"); n != min(1, len(p.letters)) && p.after > 0 {
					t.Errorf("told %d times: %s", n, errs)
				}
				if p.closed != 1 {
					t.Errorf("closed %d times", p.closed)
				}
			})
		})
	}
}

// What was moved before an error or Ctrl-C is told, and the others are let go.
func TestAnEndInTheMiddle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &fake{letters: someLetters(10), failing: 7}
		_, errs, _, err := redriveAll(t.Context(), p, &redriveCmd{Rate: 50})
		if !errors.Is(err, errFailing) || !strings.Contains(errs, "Redrove 7 deliveries: 5 delivered, 0 failed again, 2 waiting. What waits will still be delivered. The others stay parked.") {
			t.Errorf("%v: %s", err, errs)
		}
		if len(p.moved) != 7 || p.closed != 1 {
			t.Errorf("%d moved, closed %d times", len(p.moved), p.closed)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		p = &fake{letters: someLetters(10), after: time.Hour}
		_, errs, took, err := redriveAll(ctx, p, &redriveCmd{Rate: 1})
		if err == nil || !strings.Contains(errs, "waiting. What waits will still be delivered. The others stay parked.") || took > 3*time.Second {
			t.Errorf("%v after %v: %s", err, took, errs)
		}
		if n := len(p.moved); n < 3 || n > 4 || p.closed != 1 {
			t.Errorf("%d moved in 3 s, closed %d times", n, p.closed)
		}
	})
}
