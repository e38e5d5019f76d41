package rebuild

import "time"

// lag is how long an event may take from the bus into the archive (EventBridge User
// Guide, "Archiving and replaying events": delay replaying by 10 minutes to make sure
// all events are replayed).
const lag = 10 * time.Minute

// settle is how long a rule that is there may take to match every event. AWS gives no
// number ("allow a short period of time"); it is a guess that errs on the long side.
const settle = 2 * time.Minute

// Waits are the times that AWS takes, by which replays are cut, and those between two
// looks at it.
type Waits struct {
	// Lag is how long the archive may be behind the bus, Settle how long a new rule may
	// take until it matches everything.
	Lag, Settle time.Duration
	// Poll is the time between two looks at a replay and at a queue.
	Poll time.Duration
	// Looks is how many looks in a row have to find a queue drained.
	Looks int
	// Patience is how long users who differ are looked at again, Again the time between:
	// longer than an event is under way to one generation when it has reached the other.
	Patience, Again time.Duration
}

// DefaultWaits are those for AWS. Seven looks, ten seconds apart, span a minute, after
// which the counts of SQS are right (GetQueueAttributes API reference: at least one
// minute after the senders stop).
func DefaultWaits() Waits {
	return Waits{Lag: lag, Settle: settle, Poll: 10 * time.Second, Looks: 7, Patience: 2 * time.Minute, Again: 5 * time.Second}
}

// window is a span of time that is replayed: of the times at which events were
// published, both ends included.
type window struct{ from, to time.Time }

// mainWindow is what is replayed at once: everything until now, when the rules are
// seen to be there.
func mainWindow(from, now time.Time) window { return window{from: from, to: now} }

// tailWindow is what is replayed after it. The main replay may have missed what was
// published shortly before it began, because the archive did not have it yet; and what
// was published shortly after, the rules may have missed. Both are in the tail. It
// begins no earlier than the main one.
func (w Waits) tailWindow(main window) window {
	tail := window{from: main.to.Add(-w.Lag), to: main.to.Add(w.Settle)}
	if tail.from.Before(main.from) {
		tail.from = main.from
	}
	return tail
}

// ripe is when the archive has everything that was published in a window.
func (w Waits) ripe(of window) time.Time { return of.to.Add(w.Lag) }

// resumed is what is left of a main window after a replay of it ended early, having
// come to last. Replays go minute by minute in order and in no order within one
// (StartReplay API reference); what is replayed twice is far more than that, and what
// the tail overlaps.
func (w Waits) resumed(main window, last time.Time) window {
	if back := last.Add(-w.Lag); back.After(main.from) && !last.After(main.to) {
		main.from = back
	}
	return main
}

// covers says whether a window has all of another.
func (w window) covers(other window) bool { return !w.from.After(other.from) && !w.to.Before(other.to) }
