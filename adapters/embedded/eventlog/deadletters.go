package eventlog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/events"
)

// DeadLetter is a delivery that was given up, and why.
type DeadLetter struct {
	Consumer string
	// Position is the event's in the log; with Consumer it names the dead letter.
	Position int64
	Type     events.Type
	Subject  string
	// EventID is empty when the event cannot be read.
	EventID  string
	Attempts int
	// Reason is the text of the last failure, clipped to some 4 KiB.
	Reason        string
	FirstFailedAt time.Time
	ParkedAt      time.Time
}

// DeadLetters lists what is parked, of one consumer or (empty) of all, the oldest
// first.
func (l *Log) DeadLetters(ctx context.Context, consumer string) ([]DeadLetter, error) {
	return l.letters(ctx, `? IN ('', d.consumer)`, consumer)
}

func (l *Log) letters(ctx context.Context, which string, args ...any) (letters []DeadLetter, err error) {
	rows, err := l.db.Read().QueryContext(ctx, `SELECT d.consumer, d.position, e.type, e.subject,
			iif(json_valid(CAST(e.detail AS TEXT)), coalesce(json_extract(CAST(e.detail AS TEXT), '$.metadata.id'), ''), ''),
			d.attempts, d.reason, d.first_failed_at, d.parked_at
		FROM dead_letters d JOIN event_log e USING (position)
		WHERE `+which+` ORDER BY d.parked_at, d.position, d.consumer`, args...)
	if err != nil {
		return nil, fmt.Errorf("reading dead letters: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var d DeadLetter
		var first, parked int64
		if err := rows.Scan(&d.Consumer, &d.Position, &d.Type, &d.Subject, &d.EventID, &d.Attempts, &d.Reason, &first, &parked); err != nil {
			return nil, fmt.Errorf("reading a dead letter: %w", err)
		}
		d.FirstFailedAt, d.ParkedAt = time.UnixMilli(first).UTC(), time.UnixMilli(parked).UTC()
		letters = append(letters, d)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading dead letters: %w", err)
	}
	return letters, nil
}

// Pending says how many deliveries failed and wait to be tried again.
func (l *Log) Pending(ctx context.Context) (n int, err error) {
	if err := l.db.Read().QueryRowContext(ctx, `SELECT count(*) FROM event_retries`).Scan(&n); err != nil {
		return 0, fmt.Errorf("counting retries: %w", err)
	}
	return n, nil
}

// Lag says how many events of a consumer's types lie behind its checkpoint, held
// back by its delay or not delivered yet.
func (l *Log) Lag(ctx context.Context, consumer string) (n int, err error) {
	s, err := events.SubscriptionOf(consumer)
	if err != nil {
		return 0, err
	}
	types := inTypes(s.Events)
	err = l.db.Read().QueryRowContext(ctx, `SELECT count(*) FROM event_log
		WHERE position > (SELECT position FROM event_checkpoints WHERE consumer = ?) AND type `+types.sql,
		append([]any{consumer}, types.args...)...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("measuring the lag of %s: %w", consumer, err)
	}
	return n, nil
}
