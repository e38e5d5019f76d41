package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/internal/testing/eventually"
)

// parkedData is a data folder with n dead letters and no server.
func parkedData(t *testing.T, n int) (data string, db *sqlite.DB) {
	t.Helper()
	data = t.TempDir()
	var err error
	db, err = sqlite.Open(t.Context(), filepath.Join(data, serve.DatabaseFile))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err = eventlog.Open(t.Context(), db, time.Now, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(tx *sqlite.Tx) error {
		for range n {
			position, err := tx.Insert(`INSERT INTO event_log (published_at, source, type, subject, detail) VALUES (1, 's', 'MessageRead', 'm', X'7B7D')`)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(`INSERT INTO dead_letters VALUES ('inbox', ?, 5, 1, 1, 'broken')`, position); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return data, db
}

func rows(t *testing.T, db *sqlite.DB, table string) (n int) {
	t.Helper()
	if err := db.Read().QueryRowContext(t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// The rate is a promise, and Ctrl-C keeps what was not moved where it was.
func TestCtrlCWhileRedrivingLosesNothing(t *testing.T) {
	t.Parallel()
	data, db := parkedData(t, 5)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout, stderr bytes.Buffer
	code := make(chan int, 1)
	go func() {
		// The second one would have to wait for more than two hours.
		code <- run(ctx, []string{"redrive", "--data", data, "--rate", "0.0001"}, strings.NewReader(""), &stdout, &stderr)
	}()
	eventually.True(t, "the first to be moved", func() bool {
		return rows(t, db, "event_retries") == 1
	})
	cancel()
	if got := <-code; got != 130 || !strings.Contains(stderr.String(), "Redrove 1 delivery: 0 delivered, 0 failed again, 1 waiting. No server runs on this data folder; what waits is delivered at its next start. The others stay parked.") {
		t.Errorf("exit %d: %s", got, stderr.String())
	}
	if parked := rows(t, db, "dead_letters"); parked != 4 {
		t.Errorf("%d parked", parked)
	}
}

func TestRedrivenInStepsIsRedrivenWhole(t *testing.T) {
	t.Parallel()
	const n = 57
	data, db := parkedData(t, n)
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"redrive", "--data", data, "--rate", "100", "--json"}, strings.NewReader(""), &stdout, &stderr)
	if code != 0 || !strings.Contains(stdout.String(), fmt.Sprintf(`"redriven": %d`, n)) || !strings.Contains(stdout.String(), `"serverRunning": false`) {
		t.Errorf("exit %d: %s%s", code, stdout.String(), stderr.String())
	}
	if waiting := rows(t, db, "event_retries"); waiting != n {
		t.Errorf("%d wait", waiting)
	}
}
