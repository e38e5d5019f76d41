package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"testing"

	lambdaevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/adapters/embedded/eventlog"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

// tables are all tables of the home's database with all their rows.
func (h *home) tables(t *testing.T) map[string][]string {
	t.Helper()
	names := queryRows(t, h, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
	all := map[string][]string{}
	for _, name := range names {
		name = name[1 : len(name)-1] // [name]
		all[name] = queryRows(t, h, `SELECT * FROM `+name)
	}
	return all
}

func queryRows(t *testing.T, h *home, query string) (out []string) {
	t.Helper()
	rows, err := h.db.Read().QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	}()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprint(values))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// lived makes a data folder in which people signed up, wrote and read.
func lived(t *testing.T) Config {
	t.Helper()
	c := Config{Addr: "127.0.0.1:0", Data: filepath.Join(t.TempDir(), "data"), LogLevel: "error", Stderr: t.Output()}
	ready, done := make(chan Info, 1), make(chan error, 1)
	serving := c
	serving.Ready = func(i Info) { ready <- i }
	ctx, cancel := context.WithCancel(context.Background())
	go func() { done <- Run(ctx, serving) }()
	var info Info
	select {
	case info = <-ready:
	case err := <-done:
		cancel()
		t.Fatal(err)
	}
	scenario.FromSignUpToRead(t, scenario.Embedded(info.URL, info.MailURL, http.DefaultClient))
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return c
}

// The whole archive is given to every consumer that there is, as a replay whose rules
// exclude nothing would give it. Nothing at all changes: no mail, no key, no topic, no
// event, no row of a projection.
func TestAReplayOfEverythingChangesNothing(t *testing.T) {
	t.Parallel()
	c, err := lived(t).withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	h, err := open(t.Context(), c, slog.New(slog.DiscardHandler), "http://localhost")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := h.close(); err != nil {
			t.Error(err)
		}
	}()
	consumers, err := h.consumers()
	if err != nil {
		t.Fatal(err)
	}
	before := h.tables(t)
	for _, table := range []string{"event_log", "projection_users_1", "projection_inbox_1", "projection_unread_1"} {
		if len(before[table]) == 0 {
			t.Errorf("the test begins with nothing in %s", table)
		}
	}
	entries, _, err := h.events.Read(t.Context(), 0, 1000, eventlog.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	acted := map[string]int{}
	for _, entry := range entries {
		entry.Delivery.ReplayName = "everything"
		body, err := json.Marshal(entry.Delivery)
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range consumers {
			batch := lambdaevents.SQSEvent{Records: []lambdaevents.SQSMessage{{MessageId: "1", Body: string(body)}}}
			response, err := c.Handle(t.Context(), batch)
			if err != nil {
				t.Fatal(err)
			}
			if len(response.BatchItemFailures) == 0 {
				acted[name]++
			}
		}
	}
	for name := range consumers {
		if acted[name] == 0 { // it was asked: what it does not subscribe to fails
			t.Errorf("%s took none of %d events", name, len(entries))
		}
	}
	if diff := cmp.Diff(before, h.tables(t)); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}
