package operator

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

const never = 1000 * time.Hour

func TestHiddenLettersAreWaitedFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		back    map[string]time.Duration
		flags   redriveCmd
		out     string
		err     string
		took    time.Duration
		notices int
	}{
		"all of it": {
			back: map[string]time.Duration{"inbox/1": 50 * time.Second, "inbox/2": 55 * time.Second},
			out:  "Redrove 2 deliveries: 2 delivered, 0 failed again, 0 waiting.\n", took: 55 * time.Second, notices: 3,
		},
		"what can be held goes first": {
			back: map[string]time.Duration{"inbox/2": 30 * time.Second},
			out:  "Redrove 2 deliveries: 2 delivered, 0 failed again, 0 waiting.\n", took: 30 * time.Second, notices: 2,
		},
		"it does not come back": {
			back: map[string]time.Duration{"inbox/2": never},
			out:  "Redrove 1 delivery: 1 delivered, 0 failed again, 0 waiting.\nAbout 1 delivery cannot be read", err: "About 1 delivery could not be read",
			took: 2 * time.Minute, notices: 6,
		},
		"nothing comes back": {
			back: map[string]time.Duration{"inbox/1": never, "inbox/2": never},
			out:  "Nothing was redriven.\nAbout 2 deliveries cannot be read", err: "not everything that is parked was redriven", took: 2 * time.Minute, notices: 6,
		},
		"nobody waits": {
			back:  map[string]time.Duration{"inbox/1": 10 * time.Second, "inbox/2": 10 * time.Second},
			flags: redriveCmd{NoWait: true}, out: "Nothing was redriven.\n", err: "not everything that is parked was redriven",
		},
		"the one that is wanted": {
			back:  map[string]time.Duration{"inbox/2": 10 * time.Second},
			flags: redriveCmd{ID: []string{"inbox/2"}}, out: "Redrove 1 delivery: 1 delivered", took: 10 * time.Second, notices: 1,
		},
		"another than the one that is wanted": {
			back:  map[string]time.Duration{"inbox/2": never},
			flags: redriveCmd{ID: []string{"inbox/1"}}, out: "Redrove 1 delivery: 1 delivered, 0 failed again, 0 waiting.\n",
		},
		"one of those that are wanted": {
			back:  map[string]time.Duration{"inbox/2": never},
			flags: redriveCmd{ID: []string{"inbox/1", "inbox/2"}}, err: "inbox/2 cannot be found. Nothing was redriven.", took: 2 * time.Minute, notices: 6,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p, flags := &fake{letters: someLetters(2), back: c.back}, c.flags
				flags.Rate = 50
				out, errs, took, err := redriveAll(t.Context(), p, &flags)
				if err == nil && c.err != "" || err != nil && (c.err == "" || !strings.Contains(err.Error(), c.err)) {
					t.Errorf("got %v, want %q", err, c.err)
				}
				if !strings.HasPrefix(out, c.out) {
					t.Errorf("got %q, want %q", out, c.out)
				}
				if took < c.took || took > c.took+recheckEvery+time.Second {
					t.Errorf("after %v", took)
				}
				if n := strings.Count(errs, "cannot be read: another command holds them, or did a minute ago. Waiting for them, "); n != c.notices {
					t.Errorf("told %d times: %s", n, errs)
				}
				if p.closed != p.held {
					t.Errorf("held %d times, closed %d times", p.held, p.closed)
				}
			})
		})
	}
}

// What was hidden when a long redrive began is looked for after it: only waiting
// uses the patience up.
func TestMovingIsNotWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &fake{letters: someLetters(200), back: map[string]time.Duration{"inbox/200": 3 * time.Minute}}
		out, _, took, err := redriveAll(t.Context(), p, &redriveCmd{Rate: 1})
		if err != nil || !strings.HasPrefix(out, "Redrove 200 deliveries: 200 delivered") || took > 205*time.Second {
			t.Errorf("%q, %v after %v", out, err, took)
		}
	})
}

// It is no success, and not the failure that nothing is parked: a script can tell it apart.
func TestHiddenLettersHaveAnExitCode(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &fake{letters: someLetters(1), back: map[string]time.Duration{"inbox/1": never}}
		for _, c := range []*redriveCmd{{Rate: 50}, {Rate: 50, ID: []string{"inbox/1"}}, {Rate: 50, NoWait: true}} {
			_, _, _, err := redriveAll(t.Context(), p, c)
			env, stderr := newTestEnv()
			if code := env.Report(t.Context(), err, cli.Explain); code != cli.ExitUnavailable || !strings.Contains(stderr.String(), "next: "+tryAgain) {
				t.Errorf("exit %d: %s", code, stderr)
			}
		}
	})
}

// While something is waited for nothing is held, and Ctrl-C ends it at once.
func TestCtrlCWhileWaitingForHiddenLetters(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 31*time.Second)
		defer cancel()
		p := &fake{letters: someLetters(2), after: time.Hour, back: map[string]time.Duration{"inbox/2": never}}
		_, errs, took, err := redriveAll(ctx, p, &redriveCmd{Rate: 50})
		if err == nil || took != 31*time.Second || !strings.Contains(errs, "1 waiting. What waits will still be delivered. The others stay parked.") {
			t.Errorf("%v after %v: %s", err, took, errs)
		}
		if p.closed != p.held {
			t.Errorf("held %d times, closed %d times", p.held, p.closed)
		}
	})
}
