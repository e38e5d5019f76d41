package eventlog_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/events"
)

// readAll reads on until nothing more comes, and returns the subjects.
func readAll(t *testing.T, log *eventlog.Log, after int64, limit int, f eventlog.Filter) (subjects []string) {
	t.Helper()
	for {
		entries, next, err := log.Read(t.Context(), after, limit, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			ev, err := e.Delivery.Event()
			if err != nil || e.Position <= after || e.Position > next {
				t.Fatalf("position %d between %d and %d: %v", e.Position, after, next, err)
			}
			subjects = append(subjects, ev.Metadata.Subject)
		}
		if next == after {
			return subjects
		}
		after = next
	}
}

func markedRead(id string) events.Event {
	return events.New(time.Now(), events.MessageRead{MessageID: id, RecipientID: "r"})
}

func TestReadingTheLog(t *testing.T) {
	t.Parallel()
	log := openLog(t, openDB(t, filepath.Join(t.TempDir(), "log.db")), time.Now)
	if got := readAll(t, log, 0, 3, eventlog.Filter{}); got != nil {
		t.Errorf("an empty log has %v", got)
	}
	publish(t, log, stored("a"), stored("b"), markedRead("a"), stored("c"), markedRead("c"), stored("d"))
	read := eventlog.Filter{Types: []events.Type{events.TypeMessageRead}}
	for _, c := range []struct {
		name  string
		after int64
		f     eventlog.Filter
		want  []string
	}{
		{"everything", 0, eventlog.Filter{}, []string{"a", "b", "a", "c", "c", "d"}},
		{"behind a position", 4, eventlog.Filter{}, []string{"c", "d"}},
		{"behind the end", 6, eventlog.Filter{}, nil},
		{"far behind the end", 99, eventlog.Filter{}, nil},
		{"one type", 0, read, []string{"a", "c"}},
		{"one subject", 0, eventlog.Filter{Subject: "a"}, []string{"a", "a"}},
		{"a type of a subject", 1, eventlog.Filter{Types: read.Types, Subject: "a"}, []string{"a"}},
		{"two types", 3, eventlog.Filter{Types: events.Types()}, []string{"c", "c", "d"}},
	} {
		for _, limit := range []int{1, 2, 100} {
			if got := readAll(t, log, c.after, limit, c.f); !slices.Equal(got, c.want) {
				t.Errorf("%s, %d at a time: %v, want %v", c.name, limit, got, c.want)
			}
		}
	}
	for n, want := range map[int]int64{1: 4, 2: 2, 50: 2} {
		if after, err := log.BeforeLast(t.Context(), n, read); err != nil || after != want {
			t.Errorf("the last %d begin behind %d, want %d; %v", n, after, want, err)
		}
	}
}

// A filter that matches nothing looks through a long log in steps, and misses
// nothing at their seams.
func TestReadingALongLogInSteps(t *testing.T) {
	t.Parallel()
	db := openDB(t, filepath.Join(t.TempDir(), "log.db"))
	log := openLog(t, db, time.Now)
	detail, err := events.EncodeDetail(markedRead("x"))
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 45000)
			INSERT INTO event_log (published_at, source, type, subject, detail)
			SELECT 1, ?, ?, CASE WHEN i IN (1, 19999, 20000, 20001, 40000, 45000) THEN 'x' ELSE 'no' || i END, ? FROM n`,
			events.SourceMessages, string(events.TypeMessageRead), detail)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, log, 0, 2, eventlog.Filter{Subject: "x"}); len(got) != 6 {
		t.Errorf("found %d of 6", len(got))
	}
}
