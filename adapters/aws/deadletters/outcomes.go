package deadletters

import (
	"context"
	"time"

	"github.com/sealpost/sealpost/ports"
)

const (
	// askEvery is the shortest interval between requests to logs and queues for outcomes.
	askEvery = 3 * time.Second
	// logLag is how long a log line may take until it can be read.
	logLag = 2 * time.Minute
	// settled is how long a queue must report that it is empty, because its counts are up to a minute old.
	settled = time.Minute
)

// watch tracks redriven deliveries. It has two sources: the function's log, which has a line for each
// delivery that was handled or given up, and the queue. If lines are missing the queue decides: once it has
// been empty for a minute, every delivery that is not in the dead-letter queue was delivered.
type watch struct {
	consumers map[string]*watched // by key
	asked     time.Time
}

type watched struct {
	consumer Consumer
	// deliveries are by their current message id.
	deliveries map[string]*delivery
	// since is the time up to which the log was read.
	since time.Time
	// empty is when the queue was first found empty; zero while it is not empty.
	empty time.Time
}

type delivery struct {
	was ID
	ports.RedriveOutcome
}

// redriven records deliveries by their new ids.
func (l *Letters) redriven(c Consumer, as map[ID]ID) {
	l.mu.Lock()
	for _, id := range as {
		l.sent[id] = true
	}
	l.mu.Unlock()
	l.watching.Lock()
	defer l.watching.Unlock()
	w, ok := l.watch.consumers[c.Key]
	if !ok {
		w = &watched{consumer: c, deliveries: map[string]*delivery{}, since: l.now()}
		l.watch.consumers[c.Key] = w
	}
	for was, id := range as {
		w.deliveries[id.Delivery] = &delivery{was, ports.RedriveOutcome{As: id}}
	}
	w.empty = time.Time{}
}

// Outcomes implements [ports.DeadLetters]. It reports every final outcome once, regardless of ids, and
// nothing if the last call was less than three seconds ago.
func (l *Letters) Outcomes(ctx context.Context, _ []ID) (map[ID]ports.RedriveOutcome, error) {
	l.watching.Lock()
	defer l.watching.Unlock()
	outcomes := map[ID]ports.RedriveOutcome{}
	now := l.now()
	if now.Sub(l.watch.asked) < askEvery {
		return outcomes, nil
	}
	l.watch.asked = now
	for _, w := range l.watch.consumers {
		if len(w.deliveries) == 0 {
			continue
		}
		if err := l.ask(ctx, w, now); err != nil {
			return nil, err
		}
		for as, d := range w.deliveries {
			outcomes[d.was] = d.RedriveOutcome
			if d.State != ports.OutcomeWaiting {
				delete(w.deliveries, as)
			}
		}
	}
	return outcomes, nil
}

func (l *Letters) ask(ctx context.Context, w *watched, now time.Time) error {
	err := l.read(ctx, w.consumer, anyDelivery, span{w.since.Add(-logLag), now.Add(logMargin)}, w.take)
	if err == nil {
		w.since = now
	} else if ctx.Err() != nil {
		return ctx.Err()
	} // without a log the queue decides later
	length, err := l.length(ctx, w.consumer.Queue)
	if err != nil {
		return err
	}
	switch {
	case !length.empty():
		w.empty = time.Time{}
	case w.empty.IsZero():
		w.empty = now
	case now.Sub(w.empty) >= settled:
		return l.drained(ctx, w)
	}
	return nil
}

// take records what a log line says about a delivery.
func (w *watched) take(at line) {
	d := w.deliveries[at.DeliveryID]
	switch {
	case d == nil:
	case at.Message == lineHandled:
		d.State, d.Reason = ports.OutcomeDelivered, ""
	case at.Message == lineParked && d.State != ports.OutcomeDelivered:
		d.State, d.Reason = ports.OutcomeParked, at.Error
	case at.Error != "" && d.State == ports.OutcomeWaiting:
		d.Reason = at.Error
	}
}

// drained decides the open deliveries once the queue is empty.
func (l *Letters) drained(ctx context.Context, w *watched) error {
	h, err := l.hold(ctx, []Consumer{w.consumer}, func(id ID) bool {
		d := w.deliveries[id.Delivery]
		return d != nil && d.State == ports.OutcomeWaiting
	})
	if err != nil {
		return err
	}
	list := h.List()
	if err := h.Close(ctx); err != nil {
		return err
	}
	if err := l.explain(ctx, []Consumer{w.consumer}, list.Letters); err != nil {
		return err
	}
	for _, letter := range list.Letters {
		d := w.deliveries[letter.ID.Delivery]
		d.State, d.Reason = ports.OutcomeParked, letter.Reason
	}
	if list.Hidden+list.More > 0 {
		return nil // an open delivery may be among the hidden ones
	}
	for _, d := range w.deliveries {
		if d.State == ports.OutcomeWaiting {
			d.State, d.Reason = ports.OutcomeDelivered, ""
		}
	}
	return nil
}
