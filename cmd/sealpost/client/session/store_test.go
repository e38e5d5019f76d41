package session_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/client/session"
)

func newStore(t *testing.T) session.Store {
	t.Helper()
	return session.Store{Dir: filepath.Join(t.TempDir(), "config", "sealpost")}
}

func at(server string) session.Session {
	return session.Session{
		Server: server, UserPoolID: "pool", ClientID: "client", Username: "alice",
		Tokens: client.Tokens{ID: "i", Access: "a", Refresh: "r", Expires: time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)},
	}
}

func TestOneSessionForEachServer(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	if _, err := store.Load("http://a"); !errors.Is(err, session.ErrNone) {
		t.Errorf("before: got %v", err)
	}
	if last := store.LastServer(); last != "" {
		t.Errorf("before: last server %q", last)
	}
	for _, server := range []string{"http://a", "http://b"} {
		if err := store.Save(at(server)); err != nil {
			t.Fatal(err)
		}
	}
	if last := store.LastServer(); last != "http://b" {
		t.Errorf("last server %q", last)
	}
	got, err := store.Load("http://a")
	if diff := cmp.Diff(at("http://a"), got); err != nil || diff != "" {
		t.Errorf("%v, -want +got:\n%s", err, diff)
	}
	if err := errors.Join(store.Remove("http://b"), store.Remove("http://b")); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Load("http://b"); !errors.Is(err, session.ErrNone) {
		t.Errorf("removed: got %v", err)
	}
	if last := store.LastServer(); last != "http://b" {
		t.Errorf("after signing out the last server is %q", last)
	}
}

func TestSessionsAreTheirOwnersAlone(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("modes are Unix's")
	}
	store := newStore(t)
	if err := os.MkdirAll(store.Dir, 0o755); err != nil { // as another program might have
		t.Fatal(err)
	}
	if err := store.Save(at("http://a")); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(store.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestARefreshDoesNotUndoASignOut(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	if err := store.Save(at("http://a")); err != nil {
		t.Fatal(err)
	}
	fresh := at("http://a")
	fresh.Tokens.ID = "i2"
	if err := store.Update(fresh); err != nil {
		t.Fatal(err)
	}
	if got, _ := store.Load("http://a"); got.Tokens.ID != "i2" {
		t.Errorf("after Update: %q", got.Tokens.ID)
	}
	if err := store.Remove("http://a"); err != nil {
		t.Fatal(err)
	}
	if err := store.Update(fresh); !errors.Is(err, session.ErrNone) {
		t.Errorf("Update after Remove: got %v", err)
	}
	if _, err := store.Load("http://a"); !errors.Is(err, session.ErrNone) {
		t.Errorf("after that: got %v", err)
	}
}

func TestADamagedFileIsNoSession(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	if err := store.Save(at("http://a")); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(store.Dir, "session-*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v, %v", files, err)
	}
	for _, content := range []string{"", "{", `{"server":"http://other"}`} {
		if err := os.WriteFile(files[0], []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Load("http://a"); !errors.Is(err, session.ErrNone) {
			t.Errorf("%q: got %v", content, err)
		}
	}
}

func TestAReaderNeverSeesHalfAFile(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	if err := store.Save(at("http://a")); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			for i := range 50 {
				s := at("http://a")
				s.Tokens.ID = fmt.Sprint(n, i)
				if err := store.Update(s); err != nil {
					t.Errorf("Update: %v", err)
				}
				if _, err := store.Load("http://a"); err != nil {
					t.Errorf("Load: %v", err)
				}
			}
		})
	}
	wg.Wait()
	if left, _ := filepath.Glob(filepath.Join(store.Dir, ".new-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAFolderThatCannotBeMade(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := (session.Store{Dir: filepath.Join(file, "sealpost")}).Save(at("http://a")); err == nil {
		t.Error("no error")
	}
}

func TestASessionBelongsToItsPool(t *testing.T) {
	t.Parallel()
	for cfg, want := range map[client.CognitoConfig]bool{
		{UserPoolID: "pool", ClientID: "client", Endpoint: "moved"}: true,
		{UserPoolID: "other", ClientID: "client"}:                   false,
		{UserPoolID: "pool", ClientID: "other"}:                     false,
	} {
		if got := at("http://a").Of(cfg); got != want {
			t.Errorf("%+v: got %v", cfg, got)
		}
	}
}
