package deadletters

import (
	"context"
	"time"
)

const (
	// lookEvery is how often logs and queues are asked at most what became of
	// deliveries.
	lookEvery = 3 * time.Second
	// logLag is how long a line may take from a function to where it can be read.
	logLag = 2 * time.Minute
	// settled is how long a queue must say that it is empty before that is believed:
	// its counts are up to a minute old.
	settled = time.Minute
)

// State is where a delivery that was redriven stands.
type State int

// A delivery is waiting, and in the end delivered or parked again.
const (
	Waiting State = iota
	Delivered
	Parked
)

// Outcome is what became of a delivery so far.
type Outcome struct {
	State State
	// As is the id under which it is parked again. SQS moves it to the dead-letter
	// queue when its last attempt's visibility timeout is over.
	As ID
	// Reason is why its last attempt failed, if one has.
	Reason string
}

// Watch follows what becomes of deliveries that were redriven. Two things tell: the
// function's log, in which each delivery that was handled or given up has a line,
// and the queue. The queue alone decides where lines are missing: once it has been
// empty for a minute, what is not in the dead-letter queue was delivered.
//
// It is not for concurrent use.
type Watch struct {
	l      *Letters
	under  map[string]*underway // by consumer
	looked time.Time
}

// underway is one consumer's deliveries.
type underway struct {
	consumer Consumer
	// as are the deliveries by the message id that they have now.
	as map[string]*delivery
	// since is up to when the log has been read.
	since time.Time
	// empty is since when the queue has been empty; zero while it is not.
	empty time.Time
}

type delivery struct {
	was ID
	Outcome
}

// Watch begins to watch.
func (l *Letters) Watch() *Watch { return &Watch{l: l, under: map[string]*underway{}} }

// Patience is how long the outcome of a delivery may take at worst when nothing
// waits before it in its consumer's queue.
func (l *Letters) Patience(ctx context.Context, consumers []Consumer) (longest time.Duration, err error) {
	for _, c := range consumers {
		p, err := l.policy(ctx, c)
		if err != nil {
			return 0, err
		}
		longest = max(longest, p.life()+logLag+settled)
	}
	return longest, nil
}

// Add watches deliveries of a consumer too.
func (w *Watch) Add(c Consumer, moved ...Moved) {
	u, ok := w.under[c.Key]
	if !ok {
		u = &underway{consumer: c, as: map[string]*delivery{}, since: w.l.now()}
		w.under[c.Key] = u
	}
	for _, m := range moved {
		u.as[m.As.MessageID] = &delivery{was: m.ID, Outcome: Outcome{As: m.As}}
	}
	u.empty = time.Time{}
}

// Look says how deliveries stand, by the id under which they were redriven; each
// that has its outcome is told once. Asked again within three seconds it tells
// nothing.
func (w *Watch) Look(ctx context.Context) (map[ID]Outcome, error) {
	outcomes := map[ID]Outcome{}
	now := w.l.now()
	if now.Sub(w.looked) < lookEvery {
		return outcomes, nil
	}
	w.looked = now
	for _, u := range w.under {
		if len(u.as) == 0 {
			continue
		}
		if err := w.look(ctx, u, now); err != nil {
			return nil, err
		}
		for as, d := range u.as {
			outcomes[d.was] = d.Outcome
			if d.State != Waiting {
				delete(u.as, as)
			}
		}
	}
	return outcomes, nil
}

func (w *Watch) look(ctx context.Context, u *underway, now time.Time) error {
	err := w.l.read(ctx, u.consumer, anyDelivery, span{u.since.Add(-logLag), now.Add(logMargin)}, u.tell)
	if err == nil {
		u.since = now
	} else if ctx.Err() != nil {
		return ctx.Err()
	} // without a log the queue tells, later
	length, err := w.l.length(ctx, u.consumer.Queue)
	if err != nil {
		return err
	}
	switch {
	case !length.empty():
		u.empty = time.Time{}
	case u.empty.IsZero():
		u.empty = now
	case now.Sub(u.empty) >= settled:
		return w.drained(ctx, u)
	}
	return nil
}

// tell takes what a line of the log says of a delivery.
func (u *underway) tell(at line) {
	d := u.as[at.DeliveryID]
	switch {
	case d == nil:
	case at.Message == lineHandled:
		d.State, d.Reason = Delivered, ""
	case at.Message == lineParked && d.State != Delivered:
		d.State, d.Reason = Parked, at.Error
	case at.Error != "" && d.State == Waiting:
		d.Reason = at.Error
	}
}

// drained decides what is still open when the queue is empty.
func (w *Watch) drained(ctx context.Context, u *underway) error {
	open := func(id ID) bool { d := u.as[id.MessageID]; return d != nil && d.State == Waiting }
	h, err := w.l.Hold(ctx, []Consumer{u.consumer}, open)
	if err != nil {
		return err
	}
	letters, unseen := h.Letters(), h.Hidden+h.More
	if err := h.Close(ctx); err != nil {
		return err
	}
	if err := w.l.explain(ctx, []Consumer{u.consumer}, letters); err != nil {
		return err
	}
	for _, letter := range letters {
		d := u.as[letter.ID.MessageID]
		d.State, d.Reason = Parked, letter.Reason
	}
	if unseen > 0 {
		return nil // it may be among those that somebody else holds
	}
	for _, d := range u.as {
		if d.State == Waiting {
			d.State, d.Reason = Delivered, ""
		}
	}
	return nil
}
