package rebuild_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sealpost/sealpost/internal/testing/faults"
	"github.com/sealpost/sealpost/ports"
)

// bubble runs a test in a time of its own, in which a rebuild of hours takes none.
func bubble(t *testing.T, test func(t *testing.T, f *fakeAWS, tr *faults.Transport)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Hour) // in the bubble's time: what is an hour ago is after its beginning
		f := newFake(t)
		tr := faults.New(f)
		test(t, f, tr)
		tr.Spent(t)
	})
}

func unix(t time.Time) float64 { return float64(t.Unix()) }

// The replay goes from the beginning to two minutes after the rules took events, and
// begins when the archive has all of that: ten minutes later, by AWS's clock.
func TestTheReplayCoversWhatTheRulesMissed(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeAWS, tr *faults.Transport) {
		f.ahead = -37 * time.Minute
		f.next = []fakeReplay{{takes: time.Hour, ends: 1, state: "COMPLETED"}}
		var out reports
		begin := time.Now()
		if err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionRebuild, "inbox", "unread"), out.add); err != nil {
			t.Fatal(err)
		}
		replay := f.replays["sealpost-dev.inbox-2.unread-2.1"]
		if replay == nil || len(f.replays) != 1 {
			t.Fatalf("started %v", f.started())
		}
		if replay.From != unix(begin.Add(f.ahead-1000*time.Hour)) || replay.To != unix(begin.Add(f.ahead+2*time.Minute)) {
			t.Errorf("the replay is %+v", replay)
		}
		if want := []string{account + "rule/sealpost-dev/inbox-2", account + "rule/sealpost-dev/unread-2"}; !slices.Equal(replay.Rules, want) {
			t.Errorf("it names %v", replay.Rules)
		}
		if waited := replay.Started.Sub(begin); waited < 12*time.Minute || waited > 12*time.Minute+2*time.Second {
			t.Errorf("it began after %v", waited)
		}
		if took := time.Since(begin); took < 73*time.Minute || took > 75*time.Minute { // a minute of checks
			t.Errorf("took %v", took)
		}
		first := out.progress[0]
		if first.Phase != ports.PhaseArchiving || first.Unit != ports.UnitSeconds || first.SecondsLeft < 700 || first.Total != 720 {
			t.Errorf("progress %+v", first)
		}
		half := out.progress[len(out.progress)/2]
		if half.Phase != ports.PhaseFilling || half.Rate < 990 || half.Rate > 1010 || half.Lag == 0 || half.ReachedAt.IsZero() || half.SecondsLeft <= 0 || half.SecondsLeft > 3600 {
			t.Errorf("progress %+v", half)
		}
		if want := []string{"takes events", "replay started", "drained", "compared", "advised"}; !slices.Equal(f.recorded("inbox-2"), want) {
			t.Errorf("recorded %v", f.recorded("inbox-2"))
		}
	})
}

// A run that is cut off while it waits for the archive does not wait again, and the
// window stays that of the first run.
func TestTheWaitForTheArchiveIsRemembered(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeAWS, tr *faults.Transport) {
		begin := time.Now()
		for range 2 {
			ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
			var out reports
			err := f.rebuilder(tr).Do(ctx, do(ports.ActionRebuild, "inbox"), out.add)
			stop()
			if !errors.Is(err, context.DeadlineExceeded) || len(f.started()) != 0 {
				t.Fatalf("%v, started %v", err, f.started())
			}
		}
		var out reports
		if err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionRebuild, "inbox"), out.add); err != nil {
			t.Fatal(err)
		}
		replay := f.replays["sealpost-dev.inbox-2.1"]
		if waited := replay.Started.Sub(begin); waited > 12*time.Minute+2*time.Second || replay.To != unix(begin.Add(2*time.Minute)) {
			t.Errorf("it began after %v: %+v", waited, replay)
		}
	})
}

// Ctrl-C ends the waiting and not the replay; the same command follows the replay.
func TestAnInterruptedRebuildIsFollowedUp(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeAWS, tr *faults.Transport) {
		f.next = []fakeReplay{{takes: time.Hour, ends: 1, state: "COMPLETED"}}
		for range 3 {
			ctx, stop := context.WithTimeout(t.Context(), 20*time.Minute)
			var out reports
			err := f.rebuilder(tr).Do(ctx, do(ports.ActionRebuild, "inbox"), out.add)
			stop()
			if !errors.Is(err, context.DeadlineExceeded) || !slices.Equal(f.started(), []string{"inbox-2.1"}) {
				t.Fatalf("%v, started %v", err, f.started())
			}
		}
		var out reports
		if err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionRebuild, "inbox"), out.add); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(f.started(), []string{"inbox-2.1"}) {
			t.Errorf("started %v", f.started())
		}
		if steps := f.recorded("inbox-2"); !slices.Contains(steps, "interrupted") {
			t.Errorf("recorded %v", steps)
		}
		// Done is done: it is compared once more.
		if err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionRebuild, "inbox"), out.add); err != nil || len(f.started()) != 1 {
			t.Errorf("%v, started %v", err, f.started())
		}
	})
}

// A replay that fails is not taken for done; the next one goes on a little before
// where it ended.
func TestAFailedReplayIsResumed(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeAWS, tr *faults.Transport) {
		f.next = []fakeReplay{{takes: time.Hour, ends: 0.5, state: "FAILED"}}
		var out reports
		err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionRebuild, "inbox"), out.add)
		if !errors.Is(err, ports.ErrFillEnded) || !strings.Contains(err.Error(), "inbox-2.1 is FAILED: because") {
			t.Fatal(err)
		}
		if err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionRebuild, "inbox"), out.add); err != nil {
			t.Fatal(err)
		}
		first, second := f.replays["sealpost-dev.inbox-2.1"], f.replays["sealpost-dev.inbox-2.2"]
		if half := first.From + (first.To-first.From)/2; second == nil || second.To != first.To || second.From != half-600 {
			t.Errorf("resumed %+v with %+v", first, second)
		}
	})
}

// --drop cancels, unless that tears another rebuild. Cancelled, a rebuild can go on.
func TestDropCancels(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeAWS, tr *faults.Transport) {
		f.next = []fakeReplay{{takes: time.Hour, ends: 1, state: "COMPLETED"}}
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Minute)
		defer stop()
		var out reports
		if err := f.rebuilder(tr).Do(ctx, do(ports.ActionRebuild, "inbox", "unread"), out.add); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionDrop, "inbox"), out.add)
		if !errors.Is(err, ports.ErrGenerations) || !strings.Contains(err.Error(), "fills unread-2 too") || out.variables != "" {
			t.Fatalf("%v, reports %s", err, out.variables)
		}
		tr.On("CancelReplay", faults.LostResponse()) // then it has ended already
		if err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionDrop, "inbox", "unread"), out.add); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.variables, "inbox  = { live = 1, generations = [1] }") || !slices.Contains(out.notes, "cancelled replay sealpost-dev.inbox-2.unread-2.1") {
			t.Errorf("reports %+v", out)
		}
		if !slices.Contains(f.recorded("unread-2"), "replay cancelled") {
			t.Errorf("recorded %v", f.recorded("unread-2"))
		}
		if err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionRebuild, "unread"), out.add); err != nil {
			t.Fatal(err)
		}
		if want := []string{"inbox-2.unread-2.1", "unread-2.1"}; !slices.Equal(f.started(), want) {
			t.Errorf("started %v", f.started())
		}
	})
}

// A generation that was dropped and made again has its number and not its events.
func TestAReplayIntoAnotherTableOfThatNumberDoesNotCount(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeAWS, tr *faults.Transport) {
		var out reports
		if err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionRebuild, "inbox"), out.add); err != nil {
			t.Fatal(err)
		}
		f.made = time.Now().Add(time.Second)
		time.Sleep(time.Minute)
		if err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionRebuild, "inbox"), out.add); err != nil {
			t.Fatal(err)
		}
		if want := []string{"inbox-2.1", "inbox-2.2"}; !slices.Equal(f.started(), want) {
			t.Errorf("started %v", f.started())
		}
	})
}

// A start whose answer is lost is one start.
func TestALostAnswerStartsNothingTwice(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeAWS, tr *faults.Transport) {
		tr.On("StartReplay", faults.LostResponse(), faults.Throttled())
		var out reports
		if err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionRebuild, "inbox"), out.add); err != nil {
			t.Fatal(err)
		}
		if len(f.started()) != 1 {
			t.Errorf("started %v", f.started())
		}
	})
}

// A busy queue is drained when it holds no more than the live one's. What failed for
// good keeps the generations from being compared.
func TestDrained(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeAWS, tr *faults.Transport) {
		begin := time.Now()
		f.depths["inbox-1"] = func() int { return 7 }
		f.depths["inbox-2"] = func() int { return 7 + max(0, 1000-int(time.Since(begin).Seconds())) }
		var out reports
		if err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionRebuild, "inbox"), out.add); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begin); took < 1060*time.Second || took > 1080*time.Second {
			t.Errorf("took %v", took)
		}
		f.depths["inbox-2-dead"] = func() int { return 3 }
		err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionRebuild, "inbox"), out.add)
		if !errors.Is(err, ports.ErrIncomplete) || !strings.Contains(err.Error(), "about 3 dead letters and 0 ") || len(out.comparisons) != 1 {
			t.Errorf("%v, compared %+v", err, out.comparisons)
		}
	})
}

// Only what was filled to its end can be promoted: before, and after an interruption,
// readers would miss messages.
func TestNothingIsPromotedBeforeItIsFilled(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeAWS, tr *faults.Transport) {
		var out reports
		refused := func(when string) {
			t.Helper()
			err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionPromote, "inbox"), out.add)
			if !errors.Is(err, ports.ErrGenerations) || !strings.Contains(err.Error(), "generation 2 of inbox") || out.variables != "" {
				t.Errorf("%s: %v, reports %q", when, err, out.variables)
			}
		}
		refused("nothing was done")
		f.next = []fakeReplay{{takes: time.Hour, ends: 1, state: "COMPLETED"}}
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Minute)
		err := f.rebuilder(tr).Do(ctx, do(ports.ActionRebuild, "inbox"), out.add)
		stop()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		refused("half-way")
		if err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionRebuild, "inbox"), out.add); err != nil {
			t.Fatal(err)
		}
		out = reports{}
		if err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionPromote, "inbox"), out.add); err != nil || !strings.Contains(out.variables, "live = 2") {
			t.Errorf("when it is filled: %v, reports %q", err, out.variables)
		}
	})
}

// What is not as described is said, before anything is started.
func TestNothingIsStartedOnWhatIsNotAsDescribed(t *testing.T) {
	for name, one := range map[string]struct {
		operation, answer string
		status            int
		times             int // more than once for what is tried again
		want              string
	}{
		"no rule":             {"DescribeRule", `{"__type":"ResourceNotFoundException","message":"x"}`, 400, 1, "looking at the rule of inbox-2"},
		"a rule disabled":     {"DescribeRule", `{"State":"DISABLED"}`, 200, 1, "the rule of inbox-2 is DISABLED"},
		"a rule for nobody":   {"ListTargetsByRule", `{"Targets":[]}`, 200, 1, "does not fill its queue"},
		"no table":            {"DescribeTable", `{"__type":"ResourceNotFoundException","message":"x"}`, 400, 1, "looking at the table of inbox-2"},
		"no archive":          {"DescribeArchive", `{"__type":"ResourceNotFoundException","message":"x"}`, 400, 1, "looking at the archive"},
		"a broken archive":    {"DescribeArchive", `{"State":"UPDATE_FAILED","StateReason":"so"}`, 200, 1, "is UPDATE_FAILED: so"},
		"ten replays at once": {"StartReplay", `{"__type":"LimitExceededException","message":"ten"}`, 400, 4, "ten"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, f *fakeAWS, tr *faults.Transport) {
				for range one.times {
					tr.On(one.operation, faults.Answer(one.status, one.answer))
				}
				var out reports
				err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionRebuild, "inbox"), out.add)
				if err == nil || !strings.Contains(err.Error(), one.want) || len(f.started()) != 0 {
					t.Errorf("got %v, started %v", err, f.started())
				}
				if strings.Contains(one.answer, "NotFound") != errors.Is(err, ports.ErrNotAsDescribed) && one.status == 400 {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

// The comparison reads no faster than it may, of each table.
func TestComparingKeepsToItsRate(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeAWS, tr *faults.Transport) {
		f.pages = 5 // of 500 units, in 4 segments
		var out reports
		if err := f.rebuilder(tr).Do(t.Context(), do(ports.ActionRebuild, "inbox"), out.add); err != nil {
			t.Fatal(err)
		}
		var first, last time.Time
		for _, at := range f.scans {
			if first.IsZero() {
				first = at
			}
			last = at
		}
		if took := last.Sub(first); len(f.scans) != 40 || took < 6*time.Second || took > 10*time.Second {
			t.Errorf("%d pages, 20,000 units, in %v", len(f.scans), took)
		}
	})
}

// Two operators at once start one replay, and both follow it.
func TestTwoAtOnceShareTheirReplays(t *testing.T) {
	bubble(t, func(t *testing.T, f *fakeAWS, tr *faults.Transport) {
		f.next = []fakeReplay{{takes: time.Hour, ends: 1, state: "COMPLETED"}}
		done := make(chan error, 2)
		for range 2 {
			go func() {
				var out reports
				done <- f.rebuilder(tr).Do(t.Context(), do(ports.ActionRebuild, "inbox"), out.add)
			}()
		}
		if err := errors.Join(<-done, <-done); err != nil {
			t.Error(err)
		}
		if !slices.Equal(f.started(), []string{"inbox-2.1"}) {
			t.Errorf("started %v", f.started())
		}
	})
}
