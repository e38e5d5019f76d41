package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sealpost/sealpost/events"
)

func delivery(t testing.TB, ev events.Event) events.Delivery {
	t.Helper()
	detail, err := events.EncodeDetail(ev)
	if err != nil {
		t.Fatal(err)
	}
	return events.Delivery{Source: ev.Source(), DetailType: string(ev.Type()), Resources: []string{}, Detail: detail}
}

func readRecords(t testing.TB, path string) (records []record) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		var r record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	return records
}

// Whatever comes twice and wherever a crash cuts the file: each event is in the
// trail once, in the order of the log.
func TestEveryEventOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		path := filepath.Join(dir, strconv.Itoa(n))
		// A log in which some events stand twice, published again after an ambiguous answer.
		var log []events.Delivery
		var want []string
		for range rapid.IntRange(1, 8).Draw(rt, "length") {
			if len(log) > 0 && rapid.Bool().Draw(rt, "duplicate") {
				log = append(log, rapid.SampledFrom(log).Draw(rt, "which"))
				continue
			}
			ev := events.New(time.Now(), events.MessageRead{MessageID: "m", RecipientID: "r"})
			log, want = append(log, delivery(t, ev)), append(want, ev.Metadata.ID)
		}
		for round := range 4 {
			trail, err := openTrail(path)
			if err != nil {
				rt.Fatal(err)
			}
			// The server sends again from the cursor or before it.
			from := rapid.IntRange(0, int(trail.cursor())).Draw(rt, "from")
			to := len(log)
			if round < 3 {
				to = rapid.IntRange(from, len(log)).Draw(rt, "to")
			}
			for i := from; i < to; i++ {
				if err := trail.append(int64(i+1), log[i]); err != nil {
					rt.Fatal(err)
				}
			}
			if err := trail.close(); err != nil {
				rt.Fatal(err)
			}
			if round < 3 {
				tear(rt, path)
			}
		}
		var got []string
		for _, r := range readRecords(t, path) {
			got = append(got, r.EventID)
		}
		if !slices.Equal(got, want) {
			rt.Errorf("the trail has %v, want %v", got, want)
		}
	})
}

// tear cuts some of the last bytes off, as a crash may.
func tear(rt *rapid.T, path string) {
	info, err := os.Stat(path)
	if err != nil {
		rt.Fatal(err)
	}
	cut := rapid.Int64Range(0, min(info.Size(), 300)).Draw(rt, "cut")
	if err := os.Truncate(path, info.Size()-cut); err != nil {
		rt.Fatal(err)
	}
}

func TestAnEventOfTheFutureIsKept(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit.jsonl")
	trail, err := openTrail(path)
	if err != nil {
		t.Fatal(err)
	}
	future := events.Delivery{Source: "sealpost.messages", DetailType: "MessageRecalled", Detail: []byte(`{"metadata":{"id":"x"},"data":{}}`)}
	for position := range int64(3) {
		if err := trail.append(position+1, future); err != nil {
			t.Fatal(err)
		}
	}
	if err := trail.close(); err != nil {
		t.Fatal(err)
	}
	if records := readRecords(t, path); len(records) != 1 || records[0].Known || records[0].EventID != "x" {
		t.Errorf("%+v", records)
	}
}

func TestADamagedTrailIsSaidSo(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"not JSON":     "{\"position\":1}\nnonsense\n",
		"out of order": "{\"position\":2,\"event\":{}}\n{\"position\":1,\"event\":{}}\n",
	} {
		path := filepath.Join(t.TempDir(), "audit.jsonl")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := openTrail(path); err == nil {
			t.Errorf("%s: opened", name)
		}
		if kept, err := os.ReadFile(path); err != nil || string(kept) != content {
			t.Errorf("%s: now %q, %v", name, kept, err)
		}
	}
}

func FuzzReadStream(f *testing.F) {
	for _, seed := range []string{"id: 1\ndata: {}\n\n", ":\n\n", "id: 2\n:\n\n", "data: a\ndata: b\n\n", "id:1\r\ndata:x\r\n\r\n", "data: cut off", "data: x\n\r", "\n\n\n", "event: x\nretry: 5\n\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		taken := 0
		err := readStream(strings.NewReader(text), func(_, _ string) error { taken++; return nil })
		if err == nil {
			t.Error("a stream that ended is no error")
		}
		complete := strings.Count(text, "\n\n") + strings.Count(text, "\n\r\n")
		if strings.HasSuffix(text, "\n\r") { // CR alone ends a line too
			complete++
		}
		if taken > complete {
			t.Errorf("%d events of %d blank lines", taken, complete)
		}
		stop := errors.New("stop")
		if err := readStream(strings.NewReader(text), func(_, _ string) error { return stop }); taken > 0 && !errors.Is(err, stop) {
			t.Errorf("went on: %v", err)
		}
	})
}
