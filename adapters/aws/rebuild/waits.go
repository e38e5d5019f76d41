package rebuild

import "time"

// Waits are how long AWS's steps take, and the pauses between requests.
type Waits struct {
	// Lag is how long the archive may be behind the bus. Settle is how long an enabled rule may take until it
	// matches every event.
	Lag, Settle time.Duration
	// Poll is the interval of requests for the state of a replay or a queue.
	Poll time.Duration
	// Checks is how many consecutive checks must find a queue drained.
	Checks int
	// Recheck is how long users who differ are reread. RecheckEvery is the interval: longer than an event
	// takes to reach the second generation after the first.
	Recheck, RecheckEvery time.Duration
}

// DefaultWaits returns the waits for AWS. AWS recommends replaying 10 minutes after publication (EventBridge
// User Guide, "Archiving and replaying events"). For rules it gives no number ("allow a short period of
// time"); two minutes are our guess. Seven checks at intervals of ten seconds span a minute, after which
// SQS's counts are right (GetQueueAttributes API reference: at least one minute after the senders stop).
func DefaultWaits() Waits {
	return Waits{
		Lag: 10 * time.Minute, Settle: 2 * time.Minute, Poll: 10 * time.Second, Checks: 7,
		Recheck: 2 * time.Minute, RecheckEvery: 5 * time.Second,
	}
}

// window is the span of publication times to replay, both ends included.
type window struct{ from, to time.Time }

// window returns what has to be replayed into candidates whose rules were enabled at live. It ends when the
// rules certainly matched everything. Its replay must start Lag after its end.
func (w Waits) window(from, live time.Time) window { return window{from, live.Add(w.Settle)} }

// resumed returns the rest of a window after its replay ended early, having reached the publication time
// last. Replays go minute by minute, in no order within a minute (StartReplay API reference), so the rest
// overlaps by far more than that.
func (w Waits) resumed(of window, last time.Time) window {
	if back := last.Add(-w.Lag); back.After(of.from) && !last.After(of.to) {
		of.from = back
	}
	return of
}
