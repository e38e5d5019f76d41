package claims_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/blobs"
	"github.com/sealpost/sealpost/adapters/embedded/claims"
	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/ports/portstest"
)

func TestClaims(t *testing.T) {
	t.Parallel()
	portstest.Claims(t, func(t *testing.T) portstest.ClaimsAdapter {
		dir := t.TempDir()
		db, err := sqlite.Open(t.Context(), filepath.Join(dir, "sealpost.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		store, err := blobs.Open(t.Context(), db, filepath.Join(dir, "ciphertext"), time.Now)
		if err != nil {
			t.Fatal(err)
		}
		log, err := eventlog.Open(t.Context(), db, time.Now, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		return portstest.ClaimsAdapter{
			Claimer: claims.New(store, log), Blobs: store,
			Bus: portstest.BusAdapter{Bus: log, Received: func(ctx context.Context) ([]events.Event, error) { return received(ctx, log) }},
		}
	})
}

// received returns everything that is in the log.
func received(ctx context.Context, log *eventlog.Log) ([]events.Event, error) {
	entries, _, err := log.Read(ctx, 0, 1000, eventlog.Filter{})
	if err != nil {
		return nil, err
	}
	var all []events.Event
	for _, e := range entries {
		ev, err := e.Delivery.Event()
		if err != nil {
			return nil, err
		}
		all = append(all, ev)
	}
	return all, nil
}
