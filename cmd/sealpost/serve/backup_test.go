package serve_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/backup"
	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

const (
	// backups is how often a server under load is backed up.
	backups = 20
	// during is how many messages are posted while each is taken.
	during = 12
)

// Messages are posted, in the database and in files, while backups are taken. Each of them is restored, and has at least what was acknowledged before it began.
func TestABackupUnderLoadMissesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data, key := filepath.Join(dir, "data"), filepath.Join(dir, "key")
	r := start(t, func(c *serve.Config) { c.Data, c.MasterKeyFile = data, key })
	w := r.world(t)
	alice, bob := scenario.Register(t, w, "alice"), scenario.Register(t, w, "bob")
	bob.WaitReady(t)
	var acknowledged atomic.Int64
	var first string // what was sent before all backups
	ctx, stop := context.WithCancel(t.Context())
	due := make(chan struct{}, backups*during)
	var load sync.WaitGroup
	t.Cleanup(load.Wait)
	t.Cleanup(stop)
	first = alice.Post(t, bob.Username, "text/plain", "", bytes.Repeat([]byte("first"), 20<<10))
	acknowledged.Add(1)
	for worker := range 3 {
		load.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-ctx.Done():
					return
				case <-due:
				}
				body := fmt.Sprintf("%d-%d", worker, n)
				if n%2 == 0 {
					body += string(make([]byte, 70<<10)) // more than the database keeps itself
				}
				if _, err := alice.Send(ctx, message(bob.Username, body, "")); err == nil {
					acknowledged.Add(1)
				}
			}
		})
	}
	var last string
	for n := range backups {
		before := int(acknowledged.Load())
		for range during {
			due <- struct{}{}
		}
		copied, restored := filepath.Join(dir, fmt.Sprint("backup-", n)), filepath.Join(dir, fmt.Sprint("restored-", n))
		report, err := backup.Create(t.Context(), data, copied)
		if err != nil || !report.Whole() || report.Messages < before {
			t.Fatalf("backup %d: %+v of at least %d messages, %v", n, report, before, err)
		}
		if report, err = backup.Restore(t.Context(), copied, restored, false); err != nil || !report.Whole() || report.Messages < before {
			t.Fatalf("restoring %d: %+v, %v", n, report, err)
		}
		remove(t, copied)
		if last != "" {
			remove(t, last)
		}
		last = restored
	}
	stop()
	load.Wait()
	addr := r.Addr
	r.stop()

	// The newest is a server of its own, at the address that the sessions are of.
	start(t, func(c *serve.Config) { c.Data, c.MasterKeyFile, c.Addr = last, key, addr })
	got, err := bob.Fetch(t.Context(), first)
	if err != nil || !bytes.HasPrefix(got.Body, []byte("firstfirst")) {
		t.Errorf("a message from before does not open: %v", err)
	}
	if _, err := alice.Send(t.Context(), client.Message{To: bob.Username, Body: bytes.NewReader([]byte("on")), Size: 2}); err != nil {
		t.Errorf("a restored server takes nothing: %v", err)
	}
}

// A copy of a folder that was written to meanwhile may have any of these faults.
func TestVerifyFindsADamagedCopy(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	r := start(t, func(c *serve.Config) { c.Data = data })
	alice := scenario.Register(t, r.world(t), "alice")
	alice.WaitReady(t)
	alice.Post(t, alice.Username, "text/plain", "", []byte("small"))
	alice.Post(t, alice.Username, "text/plain", "", make([]byte, 100<<10))
	r.stop()
	for name, damage := range map[string]func(t *testing.T, copied string){
		"a file is missing":     func(t *testing.T, copied string) { remove(t, ciphertextFile(t, copied)) },
		"a file is shorter":     func(t *testing.T, copied string) { truncate(t, ciphertextFile(t, copied), 64<<10) },
		"a file is changed":     func(t *testing.T, copied string) { flip(t, ciphertextFile(t, copied), 1000) },
		"the database is cut":   func(t *testing.T, copied string) { truncate(t, filepath.Join(copied, serve.DatabaseFile), 5*4096) },
		"the database is empty": func(t *testing.T, copied string) { truncate(t, filepath.Join(copied, serve.DatabaseFile), 0) },
		"the header is changed": func(t *testing.T, copied string) { flip(t, filepath.Join(copied, serve.DatabaseFile), 3) },
		"a body is changed": func(t *testing.T, copied string) {
			change(t, copied, `UPDATE blobs SET body = zeroblob(length(body)) WHERE file IS NULL`)
		},
		"a row is not there yet": func(t *testing.T, copied string) { change(t, copied, `DELETE FROM blobs WHERE file IS NULL`) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			copied := filepath.Join(t.TempDir(), "copy")
			if err := os.CopyFS(copied, os.DirFS(data)); err != nil {
				t.Fatal(err)
			}
			if report, err := backup.Verify(t.Context(), copied); err != nil || !report.Whole() || report.Messages != 2 || report.Bodies != 2 {
				t.Fatalf("before: %+v, %v", report, err)
			}
			damage(t, copied)
			if report, err := backup.Verify(t.Context(), copied); err != nil || report.Whole() || len(report.Problems) == 0 {
				t.Errorf("found %+v, %v", report, err)
			}
			if _, err := backup.Restore(t.Context(), copied, filepath.Join(t.TempDir(), "restored"), false); err == nil {
				t.Error("it was restored without a word")
			}
		})
	}
}

// A backup is no copy of whatever else is in the folder: the master key least of all.
func TestABackupHasTheDataAndNothingElse(t *testing.T) {
	t.Parallel()
	c := used(t)
	if err := os.WriteFile(filepath.Join(c.Data, "data.master-key"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "copy")
	if _, err := backup.Create(t.Context(), c.Data, copied); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(copied)
	if err != nil || len(entries) != 2 || entries[0].Name() != serve.CiphertextFolder || entries[1].Name() != serve.DatabaseFile {
		t.Errorf("the backup has %v, %v", entries, err)
	}
	for path, want := range map[string]os.FileMode{copied: 0o700 | os.ModeDir, filepath.Join(copied, serve.DatabaseFile): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s has mode %v, want %v: %v", path, info.Mode(), want, err)
		}
	}
}
