package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
)

// Commits go to the write-ahead log; a checkpoint folds what is in the log into the
// database file. SQLite's own way is that the commit which makes the log too long does
// that itself, and whoever waits for it waits for two more syncs of the disk. Here
// another connection does it while the writer goes on.
const (
	// foldFrom is how many pages of the log have to wait for a checkpoint to be worth
	// its syncs. It is SQLite's own default (sqlite.org/pragma.html#pragma_wal_autocheckpoint).
	foldFrom = 1000
	// inlineFrom is how many pages long the log is, 32 MB, when commits begin to help. It
	// begins anew only when all of it is folded in, and beside a writer who never pauses
	// there is always some left. So from here on the writer's own commit folds in what is
	// left, which is little. The log still grows while a reader looks at an old state, or
	// while a commit finds the checkpointer at it: two or three times as long was seen.
	inlineFrom = 8 * foldFrom
)

// checkpointer folds the log in, beside the writer.
type checkpointer struct {
	db   *sql.DB
	wake chan struct{} // closed when there are no commits any more
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

// committed tells it that the log has grown. It waits for nothing.
func (c *checkpointer) committed() {
	select {
	case c.wake <- struct{}{}:
	default: // it has been told, and has yet to look
	}
}

// fold passes over errors, as SQLite does when a commit folds: whatever was not folded
// in is still in the log, where every reader finds it, and the next commit tries again.
func (c *checkpointer) fold() {
	length, folded, err := c.checkpoint("NOOP")
	if err != nil || length-folded < foldFrom || length >= inlineFrom {
		return
	}
	// PASSIVE waits for no reader and no writer, and makes none wait.
	_, _, _ = c.checkpoint("PASSIVE")
}

// checkpoint returns the log's length and how much of it is folded in, in pages.
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
