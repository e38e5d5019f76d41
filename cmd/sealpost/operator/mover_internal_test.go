package operator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

// place is a parking whose letters are moved at once, and have their outcome after
// a while.
type place struct {
	letters  []letter
	after    time.Duration
	bearable time.Duration
	// failing is after how many letters redriving fails; 0 is never.
	failing int
	// back is when hidden letters come into sight, by their ids. Those that are hidden
	// are waited for two minutes.
	back map[string]time.Duration

	begun    time.Time
	moved    map[string]time.Time
	order    []time.Time
	most     int // in one step
	taken    int
	released int // as often as taken
}

var errFailing = errors.New("the queue is gone")

func (p *place) check(string, []string) error { return nil }
func (p *place) list(context.Context, string) (listing, error) {
	return listing{letters: p.letters}, nil
}
func (p *place) attended() (bool, error)       { return true, nil }
func (p *place) patience() time.Duration       { return p.bearable }
func (p *place) words() words                  { return words{late: "It came too late."} }
func (p *place) release(context.Context) error { p.released++; return nil }
func (p *place) show(context.Context, string) (listing, parkedEvent, error) {
	return listing{}, nil, nil
}

func (p *place) outOfSight() time.Duration { return 2 * time.Minute }

func (p *place) take(_ context.Context, _ string, ids []string) (listing, error) {
	p.taken++
	if p.moved == nil {
		p.begun, p.moved = time.Now(), map[string]time.Time{}
	}
	var l listing
	for _, one := range p.letters {
		if _, moved := p.moved[one.ID]; moved {
			continue
		}
		if time.Since(p.begun) < p.back[one.ID] {
			l.hidden++
		} else if len(ids) == 0 || slices.Contains(ids, one.ID) {
			l.letters = append(l.letters, one)
		}
	}
	return l, nil
}

func (p *place) redrive(_ context.Context, ids []string) (moved []string, err error) {
	p.most = max(p.most, len(ids))
	for _, id := range ids {
		if p.failing > 0 && len(p.moved) == p.failing {
			return moved, errFailing
		}
		p.moved[id] = time.Now()
		p.order = append(p.order, time.Now())
		moved = append(moved, id)
	}
	return moved, nil
}

func (p *place) look(_ context.Context, ids []string) (map[string]outcome, error) {
	outcomes := map[string]outcome{}
	for _, id := range ids {
		if o := (outcome{reason: "not yet"}); time.Since(p.moved[id]) < p.after {
			outcomes[id] = o
		} else {
			outcomes[id] = outcome{state: delivered}
		}
	}
	return outcomes, nil
}

func lettersOf(n int) (all []letter) {
	for i := range n {
		all = append(all, letter{ID: fmt.Sprintf("inbox/%d", i+1), Consumer: "inbox"})
	}
	return all
}

func newTestEnv() (*cli.Env, *bytes.Buffer) {
	var stderr bytes.Buffer
	return cli.NewEnv(strings.NewReader(""), &bytes.Buffer{}, &stderr), &stderr
}

// redriveAll runs the command on a place, in a bubble, and returns what it wrote and
// how long it took.
func redriveAll(ctx context.Context, p *place, c *redriveCmd) (stdout, stderr string, took time.Duration, err error) {
	var out, errs bytes.Buffer
	begun := time.Now()
	err = c.move(ctx, cli.NewEnv(strings.NewReader(""), &out, &errs), p)
	return out.String(), errs.String(), time.Since(begun), err
}

func TestTheRateIsKept(t *testing.T) {
	t.Parallel()
	for _, rate := range []float64{0.5, 4, 50, 1000} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := &place{letters: lettersOf(int(max(8, rate*10)))}
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
		place  place
		noWait bool
		took   time.Duration
		out    string
	}{
		"it comes":           {place{after: time.Minute, bearable: 10 * time.Minute}, false, time.Minute, "1 delivered, 0 failed again, 0 waiting."},
		"it comes too late":  {place{after: time.Hour, bearable: time.Minute}, false, time.Minute, "1 waiting.\nIt came too late."},
		"without end":        {place{after: 10 * time.Minute}, false, 10 * time.Minute, "1 delivered"},
		"it is not awaited":  {place{after: time.Hour, bearable: time.Minute}, true, 0, "1 waiting.\n"},
		"there is no letter": {place{bearable: time.Minute}, false, 0, "Nothing is parked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := c.place
				if c.out != "Nothing is parked" {
					p.letters = lettersOf(1)
				}
				out, errs, took, err := redriveAll(t.Context(), &p, &redriveCmd{Rate: 50, NoWait: c.noWait})
				if err != nil || !strings.Contains(out, c.out) || took < c.took || took > c.took+time.Second {
					t.Errorf("%q, %v after %v", out, err, took)
				}
				if n := strings.Count(errs, "failed, and will be tried again: not yet"); n != min(1, len(p.letters)) && p.after > 0 {
					t.Errorf("told %d times: %s", n, errs)
				}
				if p.released != 1 {
					t.Errorf("released %d times", p.released)
				}
			})
		})
	}
}

// What was moved before an error or Ctrl-C is told, and the others are let go.
func TestAnEndInTheMiddle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &place{letters: lettersOf(10), failing: 7}
		_, errs, _, err := redriveAll(t.Context(), p, &redriveCmd{Rate: 50})
		if !errors.Is(err, errFailing) || !strings.Contains(errs, "Redrove 7 deliveries: 5 delivered, 0 failed again, 2 waiting. What waits will still be delivered. The others stay parked.") {
			t.Errorf("%v: %s", err, errs)
		}
		if len(p.moved) != 7 || p.released != 1 {
			t.Errorf("%d moved, released %d times", len(p.moved), p.released)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		p = &place{letters: lettersOf(10), after: time.Hour}
		_, errs, took, err := redriveAll(ctx, p, &redriveCmd{Rate: 1})
		if err == nil || !strings.Contains(errs, "waiting. What waits will still be delivered. The others stay parked.") || took > 3*time.Second {
			t.Errorf("%v after %v: %s", err, took, errs)
		}
		if n := len(p.moved); n < 3 || n > 4 || p.released != 1 {
			t.Errorf("%d moved in 3 s, released %d times", n, p.released)
		}
	})
}
