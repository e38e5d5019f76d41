// Package schedule runs what EventBridge runs by a scheduled rule on AWS, and
// remembers across restarts when each job last went well.
package schedule

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// Scheduler keeps the jobs' memory in the database.
type Scheduler struct {
	db  *sqlite.DB
	now func() time.Time
	log *slog.Logger
}

// New prepares the scheduler's table.
func New(ctx context.Context, db *sqlite.DB, now func() time.Time, log *slog.Logger) (*Scheduler, error) {
	err := db.Migrate(ctx, "schedule", `CREATE TABLE schedule_successes (
		job TEXT PRIMARY KEY,
		started_at INTEGER NOT NULL -- Unix milliseconds
	) STRICT, WITHOUT ROWID`)
	if err != nil {
		return nil, err
	}
	return &Scheduler{db, now, log}, nil
}

// LastSuccess is when the last run began that went well; the zero time means that
// none has.
func (s *Scheduler) LastSuccess(ctx context.Context, job string) (time.Time, error) {
	var ms int64
	err := s.db.Read().QueryRowContext(ctx, `SELECT started_at FROM schedule_successes WHERE job = ?`, job).Scan(&ms)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("reading when %s last went well: %w", job, err)
	}
	return time.UnixMilli(ms).UTC(), nil
}

// Run runs the job now and then every so often, until the context ends. The job is
// told when its last success began: the zero time if there was none, or if that lies in
// the future because the clock went back. A failure is logged, and the job runs again at
// its next time.
func (s *Scheduler) Run(ctx context.Context, job string, every time.Duration, run func(ctx context.Context, since time.Time) error) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if err := s.once(ctx, job, run); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "scheduled job failed", "job", job, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (s *Scheduler) once(ctx context.Context, job string, run func(context.Context, time.Time) error) error {
	started := s.now()
	since, err := s.LastSuccess(ctx, job)
	if err != nil {
		return err
	}
	if since.After(started) {
		since = time.Time{} // the clock went back, and from when on is unknown
	}
	if err := run(ctx, since); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`INSERT INTO schedule_successes (job, started_at) VALUES (?, ?)
			ON CONFLICT (job) DO UPDATE SET started_at = excluded.started_at`, job, started.UnixMilli())
		return err
	})
}
