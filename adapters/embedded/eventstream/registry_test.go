package eventstream_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/eventstream"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

func TestSubscribersComeAndGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t, eventstream.Config{})
	for _, bad := range []string{"", "a b", "ä", strings.Repeat("a", 65), "a\nb"} {
		if _, err := w.registry.Add(t.Context(), bad); !errors.Is(err, eventstream.ErrName) {
			t.Errorf("added %q: %v", bad, err)
		}
	}
	token := w.add(t, "audit")
	if _, err := w.registry.Add(t.Context(), "audit"); !errors.Is(err, eventstream.ErrExists) {
		t.Errorf("added twice: %v", err)
	}
	other := w.add(t, "billing")
	for name, token := range map[string]string{"audit": token, "billing": other} {
		if got, err := w.registry.Check(t.Context(), token); err != nil || got != name {
			t.Errorf("%s is %q, %v", name, got, err)
		}
	}
	w.follow(t, "", token)
	all, err := w.registry.List(t.Context())
	if err != nil || len(all) != 2 || all[0].Name != "audit" || all[0].ConnectedAt.IsZero() || !all[1].ConnectedAt.IsZero() {
		t.Errorf("%+v, %v", all, err)
	}
	if err := w.registry.Remove(t.Context(), "audit"); err != nil {
		t.Fatal(err)
	}
	if err := w.registry.Remove(t.Context(), "audit"); !errors.Is(err, eventstream.ErrUnknown) {
		t.Errorf("removed twice: %v", err)
	}
	if _, err := w.registry.Check(t.Context(), token); !errors.Is(err, eventstream.ErrUnknown) {
		t.Errorf("still known: %v", err)
	}
	if again := w.add(t, "audit"); again == token {
		t.Error("the same token twice")
	}
}

func TestTheTokenIsNotInTheDatabase(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := eventstream.NewRegistry(t.Context(), db, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	token, err := r.Add(t.Context(), "audit")
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(token, "_")
	if !strings.Contains(string(raw), parts[2]) || strings.Contains(string(raw), parts[3]) {
		t.Error("the id is not in the file, or the secret is")
	}
}
