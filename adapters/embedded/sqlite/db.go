package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"

	"github.com/sealpost/sealpost/ports"

	// SQLite translated to Go, so the binary needs no C.
	_ "modernc.org/sqlite"
)

const (
	// readers is how many queries may run at once. Each connection has its own page cache, so more
	// connections cost memory.
	readers = 4
	// queueSize is how many writes may wait before Write blocks its caller.
	queueSize = 1024
)

// ErrClosed is returned by writes after Close.
var ErrClosed = errors.New("database is closed")

// DB is an open database. It is safe for concurrent use.
type DB struct {
	read   *sql.DB
	write  *sql.DB
	writer *writer

	checkpointer *checkpointer

	closing   chan struct{} // closed by Close: writes are refused from then on
	closeOnce sync.Once
	pending   sync.WaitGroup // writes that passed the check of closing but are not queued yet
	mu        sync.RWMutex   // orders pending.Add against Close
	done      chan struct{}  // closed when the writer goroutine has ended
	closeErr  error
}

// Option changes how a database is opened.
type Option func(*options)

type options struct{ maxPages int }

// WithMaxPages limits the database to n pages of 4,096 bytes. Tests use it to simulate a full disk.
func WithMaxPages(n int) Option { return func(o *options) { o.maxPages = n } }

// Open opens the database file, and creates it if it does not exist. Every commit is followed by an fsync
// (WAL with synchronous=FULL), so acknowledged writes survive a power loss.
func Open(ctx context.Context, path string, opts ...Option) (*DB, error) {
	var o options
	for _, set := range opts {
		set(&o)
	}
	if err := createPrivate(path); err != nil {
		return nil, err
	}
	pragmas := url.Values{"_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)",
		"cache_size(-8000)", "temp_store(MEMORY)",
		// The log grows while a long read blocks checkpoints. Afterwards the file is truncated to this many
		// bytes.
		"journal_size_limit(67108864)",
		fmt.Sprintf("wal_autocheckpoint(%d)", inlineFrom),
	}}
	if o.maxPages > 0 {
		pragmas.Add("_pragma", fmt.Sprintf("max_page_count(%d)", o.maxPages))
	}
	write, err := open(ctx, path, pragmas, 1)
	if err != nil {
		return nil, err
	}
	conn, err := write.Conn(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), write.Close())
	}
	checkpointer, err := startCheckpointer(ctx, path, pragmas)
	if err != nil {
		return nil, errors.Join(err, conn.Close(), write.Close())
	}
	pragmas.Add("_pragma", "query_only(ON)")
	read, err := open(ctx, path, pragmas, readers)
	if err != nil {
		return nil, errors.Join(err, checkpointer.close(), conn.Close(), write.Close())
	}
	db := &DB{
		read: read, write: write, checkpointer: checkpointer,
		writer:  &writer{conn: conn, queue: make(chan *job, queueSize), statements: map[string]*sql.Stmt{}, committed: checkpointer.committed},
		closing: make(chan struct{}),
		done:    make(chan struct{}),
	}
	go func() {
		defer close(db.done)
		db.writer.run()
	}()
	if err := db.prepareSchema(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// createPrivate creates the file, if it does not exist, readable by its owner alone, because it holds wrapped
// keys and password hashes. SQLite gives the log and the log's index the same mode.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the path is the operator's own
	if err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	return nil
}

func open(ctx context.Context, path string, pragmas url.Values, conns int) (*sql.DB, error) {
	dsn := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: pragmas.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, err)
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), db.Close())
	}
	return db, nil
}

// Read returns the connections for queries. They see committed data and cannot write.
func (db *DB) Read() *sql.DB { return db.read }

// Write runs fn in a transaction and returns once the transaction is on disk. Several callers share one
// transaction but fail independently: if fn returns an error, its writes are undone, the error is returned,
// and the other callers' writes are kept.
//
// fn runs on the writer's goroutine, so it must do nothing slow except its statements. fn may run more than
// once, each time without the effects of the previous run, so it must keep no state between runs.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	return db.submit(&job{ctx: ctx, fn: fn, done: make(chan error, 1)})
}

// WriteUnsynced is Write for work that can be repeated. It returns once the transaction is committed, without
// waiting for the disk. A crash of the process does not undo the transaction. A power loss may, unless a
// later Write was acknowledged: the log is synced in order, so only the newest commits are lost, and none
// that Write acknowledged.
func (db *DB) WriteUnsynced(ctx context.Context, fn func(*Tx) error) error {
	return db.submit(&job{ctx: ctx, fn: fn, unsynced: true, done: make(chan error, 1)})
}

func (db *DB) submit(j *job) error {
	if err := db.enqueue(j); err != nil {
		return err
	}
	// A queued job is awaited even if the context ends, because a caller that left now would not know the
	// outcome. A queued job whose context has ended is dropped without running, so the wait is short.
	err := <-j.done
	if IsFull(err) {
		return fmt.Errorf("%w: %w", ports.ErrNoSpace, err)
	}
	return err
}

func (db *DB) enqueue(j *job) error {
	db.mu.RLock()
	select {
	case <-db.closing:
		db.mu.RUnlock()
		return ErrClosed
	default:
	}
	db.pending.Add(1)
	db.mu.RUnlock()
	defer db.pending.Done()
	select {
	case db.writer.queue <- j:
		return nil
	case <-j.ctx.Done():
		return fmt.Errorf("waiting to write: %w", j.ctx.Err())
	}
}

// Close finishes the accepted writes, copies the write-ahead log into the database and closes it. Later
// writes return ErrClosed.
func (db *DB) Close() error {
	db.closeOnce.Do(func() {
		db.mu.Lock()
		close(db.closing)
		db.mu.Unlock()
		db.pending.Wait()
		close(db.writer.queue)
		<-db.done
		db.closeErr = errors.Join(db.checkpointer.close(), db.read.Close(), db.writer.close(), db.write.Close())
	})
	return db.closeErr
}
