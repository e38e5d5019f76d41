package eventlog

import (
	"context"
	"fmt"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/events"
)

// DB is the log's database.
func (l *Log) DB() *sqlite.DB { return l.db }

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
