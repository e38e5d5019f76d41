package rebuild

import "time"

// Waits are the times that AWS takes, and the pauses between requests.
type Waits struct {
	// Lag is how long the archive may be behind the bus, Settle how long a rule that is
	// enabled may take until it matches every event.
	Lag, Settle time.Duration
	// Poll is the pause between two requests for the state of a replay or a queue.
	Poll time.Duration
	// Checks is how many checks in a row have to find a queue drained.
	Checks int
	// Recheck is how long users who differ are read again, RecheckEvery the pause between:
	// longer than an event takes to one generation when it has reached the other.
	Recheck, RecheckEvery time.Duration
}

// DefaultWaits are those for AWS. It recommends to replay 10 minutes after publication
// (EventBridge User Guide, "Archiving and replaying events"). For rules it gives no
// number ("allow a short period of time"); two minutes are our guess. Seven checks, ten
// seconds apart, span a minute, after which the counts of SQS are right
// (GetQueueAttributes API reference: at least one minute after the senders stop).
func DefaultWaits() Waits {
	return Waits{
		Lag: 10 * time.Minute, Settle: 2 * time.Minute, Poll: 10 * time.Second, Checks: 7,
		Recheck: 2 * time.Minute, RecheckEvery: 5 * time.Second,
	}
}

// window is the time of publication of what is replayed, both ends included.
type window struct{ from, to time.Time }

// window is what has to be replayed into candidates whose rules took events at a time: it
// ends when they certainly matched everything. Its replay has to start Lag after its end.
func (w Waits) window(from, live time.Time) window { return window{from, live.Add(w.Settle)} }

// resumed is what is left of a window after its replay ended early, having come to last.
// Replays go minute by minute, in no order within one (StartReplay API reference); far
// more than that is replayed twice.
func (w Waits) resumed(of window, last time.Time) window {
	if back := last.Add(-w.Lag); back.After(of.from) && !last.After(of.to) {
		of.from = back
	}
	return of
}
