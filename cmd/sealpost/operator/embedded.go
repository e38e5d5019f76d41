package operator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/events"
)

// embedded is the parking of a data folder. A server may run beside it.
type embedded struct {
	log  *eventlog.Log
	data *dataFlags
}

var _ parking = (*embedded)(nil)

func (e *embedded) check(consumer string, ids []string) error {
	if consumer != "" {
		all, err := events.Subscriptions()
		if err != nil {
			return err
		}
		if _, known := all[consumer]; !known {
			return noConsumer(consumer, slices.Sorted(maps.Keys(all)))
		}
	}
	for _, text := range ids {
		id, err := eventlog.ParseLetterID(text)
		if err != nil {
			return err
		}
		if consumer != "" && id.Consumer != consumer {
			return notOf(text, consumer)
		}
	}
	return nil
}

func (e *embedded) list(ctx context.Context, consumer string) (listing, error) {
	parked, err := e.log.DeadLetters(ctx, consumer)
	if err != nil {
		return listing{}, err
	}
	l := listing{letters: make([]letter, len(parked))}
	for i, d := range parked {
		l.letters[i] = fromLog(d)
	}
	return l, nil
}

func fromLog(d eventlog.DeadLetter) letter {
	return letter{
		ID: d.ID().String(), Consumer: d.Consumer, Position: d.Position, Type: d.Type, Subject: d.Subject, EventID: d.EventID,
		Attempts: d.Attempts, FirstFailedAt: d.FirstFailedAt, ParkedAt: d.ParkedAt, Reason: d.Reason,
	}
}

func (e *embedded) show(ctx context.Context, text string) (listing, parkedEvent, error) {
	id, err := eventlog.ParseLetterID(text)
	if err != nil {
		return listing{}, nil, err
	}
	d, event, err := e.log.Parked(ctx, id)
	if errors.Is(err, eventlog.ErrNotParked) {
		return listing{}, nil, nil
	}
	if err != nil {
		return listing{}, nil, err
	}
	raw, err := json.Marshal(event)
	if err != nil {
		return listing{}, nil, fmt.Errorf("writing event %d: %w", d.Position, err)
	}
	return listing{letters: []letter{fromLog(d)}}, raw, nil
}

// take keeps nothing from anybody: a letter is redriven in one transaction, by
// whoever comes first.
func (e *embedded) take(ctx context.Context, consumer string, ids []string) (listing, error) {
	l, err := e.list(ctx, consumer)
	if err != nil || len(ids) == 0 {
		return l, err
	}
	l.letters = named(l.letters, ids)
	return l, nil
}

// outOfSight is no time: nothing is ever hidden.
func (e *embedded) outOfSight() time.Duration { return 0 }

func (e *embedded) release(context.Context) error { return nil }

func (e *embedded) redrive(ctx context.Context, ids []string) ([]string, error) {
	letters := make([]eventlog.LetterID, len(ids))
	for i, text := range ids {
		id, err := eventlog.ParseLetterID(text)
		if err != nil {
			return nil, err
		}
		letters[i] = id
	}
	moved, err := e.log.Redrive(ctx, letters...)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(moved))
	for i, id := range moved {
		texts[i] = id.String()
	}
	return texts, nil
}

func (e *embedded) look(ctx context.Context, ids []string) (map[string]outcome, error) {
	outcomes := make(map[string]outcome, len(ids))
	for _, text := range ids {
		id, err := eventlog.ParseLetterID(text)
		if err != nil {
			return nil, err
		}
		o, err := e.log.Outcome(ctx, id)
		if err != nil {
			return nil, err
		}
		switch o.State {
		case eventlog.Delivered:
			outcomes[text] = outcome{state: delivered}
		case eventlog.Parked:
			outcomes[text] = outcome{state: parkedAgain, id: text, reason: o.Reason}
		case eventlog.Waiting: // with the reason from before it was redriven
			outcomes[text] = outcome{}
		}
	}
	return outcomes, nil
}

func (e *embedded) attended() (bool, error) { return e.data.serverRuns() }

// patience is without end: while a server runs it delivers, and when it stops that
// is seen.
func (e *embedded) patience() time.Duration { return 0 }

func (e *embedded) words() words {
	return words{
		unattended:  "No server runs on this data folder; what waits is delivered at its next start.",
		parkedAgain: "They are parked again, each with its new reason.",
	}
}
