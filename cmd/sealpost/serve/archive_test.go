package serve_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/deadletters"
	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/internal/testing/scenario"
	"github.com/sealpost/sealpost/ports"
)

// An archive that was written when every event was of version 1 replays through
// today's code: its user, whose key and topic it tells of, is there and ready, and
// nothing of it is parked.
func TestAnArchiveOfVersion1ReplaysThroughTodaysCode(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	const archived = 6
	writeArchive(t, data, archived)
	server := start(t, func(c *serve.Config) { c.Data = data })
	bob := scenario.Register(t, server.world(t), "bob")
	eventually.True(t, "the archive's user", func() bool {
		list, err := bob.Users(t.Context(), client.Page{})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range list.Users {
			if u.UserID == "6f9b2c1e-8a3d-4c57-9e21-0d4b7a5f3c68" && u.Username == "alice" && u.Ready {
				return true
			}
		}
		return false
	})
	bob.WaitReady(t)
	log, done := openLog(t, data)
	defer done()
	db := openDB(t, data)
	parked, err := deadletters.New(deadletters.Config{DB: db, Log: log}).List(t.Context(), ports.DeadLetterFilter{})
	if err := errors.Join(err, db.Close()); err != nil || len(parked.Letters) != 0 {
		t.Errorf("parked: %+v, %v", parked, err)
	}
	// What is written now is of the newest version, in the same log.
	entries, _, err := log.Read(t.Context(), archived, 10, eventlog.Filter{Types: []events.Type{events.TypeUserKeyCreated}})
	if err != nil || len(entries) != 1 {
		t.Fatalf("%+v, %v", entries, err)
	}
	ev, err := entries[0].Delivery.Event()
	if err != nil {
		t.Fatal(err)
	}
	if key, ok := ev.Data.(events.UserKeyCreated); !ok || !key.Exclusive {
		t.Errorf("a new key is %+v", ev.Data)
	}
}

// writeArchive puts the golden files of version 1 into the log as they are.
func writeArchive(t *testing.T, data string, n int) {
	t.Helper()
	files, err := filepath.Glob("../../../events/testdata/*.v1.json")
	if err != nil || len(files) != n {
		t.Fatalf("%v, %v", files, err)
	}
	_, done := openLog(t, data) // makes the tables
	done()
	db := openDB(t, data)
	defer db.Close()
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var d events.Delivery
		if err := json.Unmarshal(raw, &d); err != nil {
			t.Fatal(err)
		}
		err = db.Write(t.Context(), func(tx *sqlite.Tx) error {
			_, err := tx.Exec(`INSERT INTO event_log (published_at, source, type, subject, detail) VALUES (?, ?, ?, '', ?)`,
				time.Now().UnixMilli(), d.Source, d.DetailType, []byte(d.Detail))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func openDB(t *testing.T, data string) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(context.Background(), filepath.Join(data, serve.DatabaseFile))
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func openLog(t *testing.T, data string) (log *eventlog.Log, done func()) {
	t.Helper()
	db := openDB(t, data)
	log, err := eventlog.Open(context.Background(), db, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return log, func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}
