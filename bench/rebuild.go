package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/rebuild"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/events"
)

var rebuildEvents = flag.Int("events", 1_000_000, "how many events projections are rebuilt from")

// rebuilt is what is rebuilt together.
var rebuilt = []string{"inbox", "unread"}

// measureRebuild measures rebuilding inbox and unread from a log of many events, by a
// server that has nothing else to do and by one that clients post to.
func measureRebuild(ctx context.Context, o options, t *table) error {
	data := filepath.Join(o.dir, "rebuild")
	if err := seedLog(ctx, data, *rebuildEvents); err != nil {
		return fmt.Errorf("filling a log: %w", err)
	}
	bare, err := bareInserts(ctx, filepath.Join(o.dir, "bare.db"), *rebuildEvents)
	if err != nil {
		return err
	}
	addr, err := freeAddress(ctx)
	if err != nil {
		return err
	}
	s, err := startServer(ctx, o.binary, addr, data)
	if err != nil {
		return err
	}
	if err := measureQuiet(ctx, o, t, s, data, bare); err != nil {
		return errors.Join(err, s.stop())
	}
	if err := measureBusy(ctx, o, t, s, data); err != nil {
		return errors.Join(err, s.stop())
	}
	return s.stop()
}

func measureQuiet(ctx context.Context, o options, t *table, s *server, data string, bare float64) error {
	before, err := s.memory()
	if err != nil {
		return err
	}
	watched := watchMemory(ctx, s)
	r, err := runRebuild(ctx, o.binary, data)
	most := watched()
	if err != nil {
		return err
	}
	t.add(fmt.Sprintf("rebuild of inbox and unread, %d events", *rebuildEvents), fmt.Sprintf("%.0f events/s", r.rate), "≥ 100000/s",
		fmt.Sprintf("%.2f× bare SQLite (the same rows, nothing else: %.0f events/s); with the comparison %s", r.rate/bare, bare, r.elapsed.Round(10*time.Millisecond)))
	t.add("memory while rebuilding", fmt.Sprintf("%d MB", most/1_000_000), "flat", fmt.Sprintf("VmRSS at most; %d MB before", before/1_000_000))
	return forget(ctx, o.binary, data)
}

// measureBusy compares posting without and with a rebuild beside it.
func measureBusy(ctx context.Context, o options, t *table, s *server, data string) error {
	w, err := newWorld(ctx, s.url, o.clients)
	if err != nil {
		return err
	}
	if _, err := w.post(ctx, load{clients: o.clients, duration: 2 * time.Second}); err != nil { // warm
		return err
	}
	alone, err := w.post(ctx, load{clients: o.clients, duration: o.duration / 3})
	if err != nil {
		return err
	}
	posting, stop := context.WithCancel(ctx)
	defer stop()
	type outcome struct {
		result
		err error
	}
	posted := make(chan outcome, 1)
	go func() {
		r, err := w.post(posting, load{clients: o.clients})
		posted <- outcome{r, err}
	}()
	r, err := runRebuild(ctx, o.binary, data)
	stop()
	beside := <-posted
	if err := errors.Join(err, beside.err); err != nil {
		return err
	}
	rate, most := perSecond(beside.result), perSecond(alone)
	t.add("posts during a rebuild", fmt.Sprintf("%.0f/s, p99 %s", rate, ms(quantile(beside.latencies, 0.99))), "≥ 50 %, p99 ≤ 250 ms",
		fmt.Sprintf("%.0f%% of %.0f/s alone (p99 %s); the rebuild goes on at %.0f events/s", 100*rate/most, most, ms(quantile(alone.latencies, 0.99)), r.rate))
	return nil
}

func perSecond(r result) float64 { return float64(len(r.latencies)) / r.elapsed.Seconds() }

// rebuildRun is how a rebuild went.
type rebuildRun struct {
	rate    float64
	elapsed time.Duration
}

// runRebuild has the server rebuild, as an operator would.
func runRebuild(ctx context.Context, binary, data string) (r rebuildRun, err error) {
	cmd := exec.CommandContext(ctx, binary, append([]string{"rebuild", "--data", data, "--json"}, rebuilt...)...) //nolint:gosec // what is measured
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return r, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return r, err
	}
	for in := json.NewDecoder(out); in.More(); {
		var report rebuild.Report
		if err := in.Decode(&report); err != nil {
			return r, errors.Join(err, cmd.Wait())
		}
		if report.Progress != nil {
			r.rate = report.Progress.Rate
		}
	}
	err = cmd.Wait()
	r.elapsed = time.Since(began)
	return r, err
}

func forget(ctx context.Context, binary, data string) error {
	cmd := exec.CommandContext(ctx, binary, append([]string{"rebuild", "--data", data, "--drop"}, rebuilt...)...) //nolint:gosec // as above
	cmd.Stderr = os.Stderr
	return cmd.Run()
}

// watchMemory looks at the server's memory until the function that it returns is
// called, which says how much it was at most.
func watchMemory(ctx context.Context, s *server) func() int64 {
	ctx, stop := context.WithCancel(ctx)
	most := make(chan int64, 1)
	go func() {
		var high int64
		for ctx.Err() == nil {
			if now, err := s.memory(); err == nil {
				high = max(high, now)
			}
			pause(ctx, 100*time.Millisecond)
		}
		most <- high
	}()
	return func() int64 { stop(); return <-most }
}

// seeded is the n-th event of a seeded log: of five, three store messages and two say
// that one of these was read.
func seeded(n int, ids []string) events.Data {
	message := n / 5 * 3
	switch n % 5 {
	case 3, 4:
		message += n%5 - 3
		return events.MessageRead{MessageID: ids[message], RecipientID: seededRecipient(message)}
	}
	message += n % 5
	return events.MessageStored{
		MessageID: ids[message], SenderID: seededRecipient(message + 1), RecipientID: seededRecipient(message),
		ObjectKey: "messages/" + ids[message], KeyID: "embedded:" + seededRecipient(message), WrappedKey: make([]byte, 100),
		Algorithm: "AES-256-GCM", Size: bodySize,
	}
}

func seededRecipient(n int) string {
	return fmt.Sprintf("0b9f5e6e-1111-4444-8888-%012d", n%(recipients*recipients))
}

// seedLog makes a data folder with a log and projections that hold all of it.
func seedLog(ctx context.Context, data string, n int) error {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return err
	}
	db, err := sqlite.Open(ctx, filepath.Join(data, serve.DatabaseFile))
	if err != nil {
		return err
	}
	err = seedEvents(ctx, db, n)
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	// The live generation is made by a rebuild too, as delivering a million events
	// takes minutes; it differs from the empty one before, which is dropped.
	c, quiet := serve.Config{Data: data}, func(rebuild.Report) {}
	if err := serve.Rebuild(ctx, c, rebuild.Request{Action: rebuild.Rebuild, Projections: rebuilt}, quiet); !errors.Is(err, rebuild.ErrDiffers) {
		return fmt.Errorf("rebuilding from nothing: %w", err)
	}
	for _, action := range []rebuild.Action{rebuild.Promote, rebuild.Drop} {
		if err := serve.Rebuild(ctx, c, rebuild.Request{Action: action, Projections: rebuilt}, quiet); err != nil {
			return err
		}
	}
	return nil
}

func seedEvents(ctx context.Context, db *sqlite.DB, n int) error {
	log, err := eventlog.Open(ctx, db, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	now := time.Now()
	ids := make([]string, n/5*3+3)
	for i := range ids {
		ids[i] = events.NewID(now)
	}
	const atOnce = 2000
	for i := 0; i < n; i += atOnce {
		var evs []events.Event
		for j := i; j < min(n, i+atOnce); j++ {
			evs = append(evs, events.New(now, seeded(j, ids)))
		}
		if err := log.Publish(ctx, evs...); err != nil {
			return err
		}
	}
	// All consumers have seen all of it.
	return db.Write(ctx, func(tx *sqlite.Tx) error {
		for _, consumer := range []string{"inbox", "unread", "notify"} {
			if _, err := tx.Exec(`INSERT INTO event_checkpoints (consumer, position) SELECT ?, max(position) FROM event_log`, consumer); err != nil {
				return err
			}
		}
		return nil
	})
}

// bareInserts is how many events a second SQLite alone would take, if each were its
// rows and nothing had to be read, decoded or looked up for them.
func bareInserts(ctx context.Context, path string, n int) (rate float64, err error) {
	db, err := sqlite.Open(ctx, path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Migrate(ctx, "bare", `CREATE TABLE a (recipient_id TEXT, read INTEGER, message_id TEXT, size INTEGER, sent_at INTEGER, sender_id TEXT,
			object_key TEXT, key_id TEXT, wrapped_key BLOB, algorithm TEXT, PRIMARY KEY (recipient_id, read, message_id)) STRICT, WITHOUT ROWID`,
		`CREATE TABLE b (recipient_id TEXT, read INTEGER, message_id TEXT, PRIMARY KEY (recipient_id, read, message_id)) STRICT, WITHOUT ROWID`); err != nil {
		return 0, err
	}
	now := time.Now()
	ids := make([]string, n/5*3+3)
	for i := range ids {
		ids[i] = events.NewID(now)
	}
	const atOnce = 8000 // as a rebuild does
	began := time.Now()
	for i := 0; i < n; i += atOnce {
		err := db.Write(ctx, func(tx *sqlite.Tx) error {
			for j := i; j < min(n, i+atOnce); j++ {
				if err := bareEvent(tx, seeded(j, ids), now.UnixMilli()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(began).Seconds(), nil
}

func bareEvent(tx *sqlite.Tx, data events.Data, at int64) error {
	switch e := data.(type) {
	case events.MessageStored:
		if _, err := tx.Exec(`INSERT INTO a VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?)`, e.RecipientID, e.MessageID, e.Size, at, e.SenderID, e.ObjectKey,
			e.KeyID, e.WrappedKey, e.Algorithm); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO b VALUES (?, 0, ?)`, e.RecipientID, e.MessageID)
		return err
	case events.MessageRead:
		for _, update := range []string{
			`UPDATE a SET read = 1 WHERE recipient_id = ? AND read = 0 AND message_id = ?`,
			`UPDATE b SET read = 1 WHERE recipient_id = ? AND read = 0 AND message_id = ?`,
		} {
			if _, err := tx.Exec(update, e.RecipientID, e.MessageID); err != nil {
				return err
			}
		}
	}
	return nil
}
