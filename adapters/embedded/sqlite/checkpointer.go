package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
)

// Commits go to the write-ahead log, and a checkpoint copies the log into the database file. By default
// SQLite checkpoints inside the commit that fills the log, and the callers of that commit wait for two more
// fsyncs. Here a second connection checkpoints while the writer continues.
const (
	// foldFrom is the length of the log in pages from which a checkpoint is worth its fsyncs. It is SQLite's
	// default (sqlite.org/pragma.html#pragma_wal_autocheckpoint).
	foldFrom = 1000
	// inlineFrom is the length of the log in pages (32 MB) from which the writer's own commits checkpoint
	// too. The log restarts only once all of it is copied, which never happens while a writer never pauses.
	// The log still grows while a reader holds an old snapshot, or while a commit finds the checkpointer
	// busy: up to three times this length was seen.
	inlineFrom = 8 * foldFrom
)

// checkpointer copies the log into the database file, in parallel with the writer.
type checkpointer struct {
	db   *sql.DB
	wake chan struct{} // closed after the last commit
	done chan struct{} // closed when the goroutine has ended
}

func startCheckpointer(ctx context.Context, path string, pragmas url.Values) (*checkpointer, error) {
	db, err := open(ctx, path, pragmas, 1)
	if err != nil {
		return nil, err
	}
	c := &checkpointer{db: db, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go func() {
		defer close(c.done)
		for range c.wake {
			c.fold()
		}
	}()
	return c, nil
}

// committed signals that the log has grown. It does not block.
func (c *checkpointer) committed() {
	select {
	case c.wake <- struct{}{}:
	default: // already signalled
	}
}

// fold ignores errors, as SQLite does when a commit checkpoints: pages that were not copied are still in the
// log, where readers find them, and the next commit tries again.
func (c *checkpointer) fold() {
	length, folded, err := c.checkpoint("NOOP")
	if err != nil || length-folded < foldFrom || length >= inlineFrom {
		return
	}
	// PASSIVE neither waits for readers and writers nor blocks them.
	_, _, _ = c.checkpoint("PASSIVE")
}

// checkpoint returns the log's length and how much of it is copied, in pages.
func (c *checkpointer) checkpoint(mode string) (length, folded int, err error) {
	var busy int
	err = c.db.QueryRowContext(noDeadline, "PRAGMA wal_checkpoint("+mode+")").Scan(&busy, &length, &folded)
	if err != nil {
		return 0, 0, fmt.Errorf("folding in the log: %w", err)
	}
	return length, folded, nil
}

func (c *checkpointer) close() error {
	close(c.wake)
	<-c.done
	return c.db.Close()
}
