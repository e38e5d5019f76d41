package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/ports"
)

// late is how many messages are stored before some of the seeded ones are read. It is
// more than a rebuild handles at once, so that a rebuild cannot merge the two events
// into one write.
const late = 150_000

// seeded returns the n-th event of a seeded log. Of five events, three store messages,
// one reads the first of these, and one reads a message from long before.
func seeded(n int, ids []string) events.Data {
	message := n / 5 * 3
	switch n % 5 {
	case 3:
		return events.MessageRead{MessageID: ids[message], RecipientID: seededRecipient(message)}
	case 4:
		message++
		if message >= late {
			message -= late
		}
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

// seedLog creates a data folder with a log, and projections that are up to date with
// it.
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
	// The live generation is also built by a rebuild, because delivering a million
	// events takes minutes. The empty one before it is dropped.
	c, quiet := serve.Config{Data: data}, func(ports.RebuildReport) {}
	if err := (serve.Rebuilder{Config: c}).Do(ctx, ports.RebuildRequest{Action: ports.ActionRebuild, Projections: rebuilt}, quiet); !errors.Is(err, ports.ErrDiffers) {
		return fmt.Errorf("rebuilding from nothing: %w", err)
	}
	for _, action := range []ports.RebuildAction{ports.ActionPromote, ports.ActionDrop} {
		if err := (serve.Rebuilder{Config: c}).Do(ctx, ports.RebuildRequest{Action: action, Projections: rebuilt}, quiet); err != nil {
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
	ids := seededIDs(n, now)
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
	// All consumers are at the end of the log.
	return db.Write(ctx, func(tx *sqlite.Tx) error {
		for _, consumer := range []string{"inbox", "unread", "notify"} {
			if _, err := tx.Exec(`INSERT INTO event_checkpoints (consumer, position) SELECT ?, max(position) FROM event_log`, consumer); err != nil {
				return err
			}
		}
		return nil
	})
}

func seededIDs(n int, at time.Time) []string {
	ids := make([]string, n/5*3+3)
	for i := range ids {
		ids[i] = events.NewID(at)
	}
	return ids
}
