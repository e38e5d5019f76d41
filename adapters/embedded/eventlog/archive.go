package eventlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/sealpost/sealpost/events"
)

// BeforeTime returns a position such that all events published at the time or later are after it. Positions
// ascend with time (as far as the clock did), so a binary search reads about twenty events.
func (l *Log) BeforeTime(ctx context.Context, at time.Time) (int64, error) {
	head, err := l.Head(ctx)
	if err != nil {
		return 0, err
	}
	before, behind := int64(0), head+1 // the first such event is in (before, behind]
	for before+1 < behind {
		middle := before + (behind-before)/2
		var position, published int64
		err := l.db.Read().QueryRowContext(ctx, `SELECT position, published_at FROM event_log
			WHERE position >= ? ORDER BY position LIMIT 1`, middle).Scan(&position, &published)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return 0, fmt.Errorf("looking for %s in the log: %w", at, err)
		}
		if err != nil || published >= at.UnixMilli() {
			behind = middle
		} else {
			before = position
		}
	}
	return before, nil
}

// Unseen reports whether a consumer has not yet received some events up to a position of the log.
func (l *Log) Unseen(ctx context.Context, consumer string, upTo int64) (unseen bool, err error) {
	after, types, err := l.checkpoint(ctx, consumer)
	if err != nil {
		return false, err
	}
	err = l.db.Read().QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM event_log WHERE position > ? AND position <= ? AND type `+types.sql+`)`,
		append([]any{after, upTo}, types.args...)...).Scan(&unseen)
	if err != nil {
		return false, fmt.Errorf("measuring the lag of %s: %w", consumer, err)
	}
	return unseen, nil
}

// Checkpoint returns the position up to which a consumer has received events, or 0.
func (l *Log) Checkpoint(ctx context.Context, consumer string) (int64, error) {
	position, _, err := l.checkpoint(ctx, consumer)
	return position, err
}

func (l *Log) checkpoint(ctx context.Context, consumer string) (position int64, types condition, err error) {
	s, err := events.SubscriptionOf(consumer)
	if err != nil {
		return 0, types, err
	}
	err = l.db.Read().QueryRowContext(ctx, `SELECT coalesce((SELECT position FROM event_checkpoints WHERE consumer = ?), 0)`, consumer).Scan(&position)
	if err != nil {
		return 0, types, fmt.Errorf("reading the checkpoint of %s: %w", consumer, err)
	}
	return position, inTypes(s.Events), nil
}
