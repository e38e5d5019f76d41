package keyring_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/mac"

	"github.com/sealpost/sealpost/adapters/embedded/keyring"
)

func TestMasterKeyFileIsMadeOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secrets", "master.key")
	first, err := keyring.LoadOrCreateMasterKey(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700 | os.ModeDir} {
		if info, err := os.Stat(name); err != nil || info.Mode() != want {
			t.Errorf("%s: mode %v, want %v: %v", name, info.Mode(), want, err)
		}
	}
	before := read(t, path)
	second, err := keyring.LoadOrCreateMasterKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if !second.Opens(first) {
		t.Error("the second start got another key")
	}
	if !bytes.Equal(before, read(t, path)) {
		t.Error("the second start wrote to the file")
	}
	if newMaster(t).Opens(first) {
		t.Error("two files have the same key")
	}
}

func TestConcurrentStartsMakeOneMasterKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "master.key")
	keys := make([]*keyring.MasterKey, 16)
	errs := make([]error, len(keys))
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() { keys[i], errs[i] = keyring.LoadOrCreateMasterKey(path) })
	}
	wg.Wait()
	for i, k := range keys {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		if !k.Opens(keys[0]) {
			t.Errorf("starts 0 and %d have different keys", i)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("left in the folder: %v, %v", left, err)
	}
}

func TestExposedMasterKeyIsRefused(t *testing.T) {
	t.Parallel()
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666, 0o777} {
		t.Run(mode.String(), func(t *testing.T) {
			t.Parallel()
			path := masterFile(t)
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
			for _, load := range loaders {
				_, err := load(path)
				if !errors.Is(err, keyring.ErrMasterKeyExposed) || !strings.Contains(err.Error(), "chmod 600") || !strings.Contains(err.Error(), path) {
					t.Errorf("%v: %v", mode, err)
				}
			}
		})
	}
	for _, mode := range []os.FileMode{0o600, 0o400} {
		path := masterFile(t)
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := keyring.LoadMasterKey(path); err != nil {
			t.Errorf("%v: %v", mode, err)
		}
	}
}

func TestAnotherOwnersMasterKeyIsRefused(t *testing.T) {
	t.Parallel()
	path := masterFile(t)
	if os.Geteuid() != 0 {
		path = "/etc/passwd" // who is not root finds a foreign file, and cannot give one away
	} else if err := os.Chown(path, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.LoadMasterKey(path); !errors.Is(err, keyring.ErrMasterKeyExposed) || !strings.Contains(err.Error(), "another user") || !strings.Contains(err.Error(), path) {
		t.Errorf("loaded: %v", err)
	}
}

var loaders = []func(string) (*keyring.MasterKey, error){keyring.LoadMasterKey, keyring.LoadOrCreateMasterKey}

func TestDamagedMasterKeyIsRefused(t *testing.T) {
	t.Parallel()
	whole := read(t, masterFile(t))
	// The last byte is the line's end or the brace: without a brace it is no JSON.
	end := bytes.LastIndexByte(whole, '}')
	files := map[string][]byte{
		"noise": bytes.Repeat([]byte{0xa5}, 32), "no keys": []byte(`{"primaryKeyId":1,"key":[]}`), "null": []byte("null"),
		"for something else": macKeyset(t), "twice": append(bytes.Clone(whole), whole...), "huge": bytes.Repeat(whole, 1000),
	}
	for n := range end {
		files[fmt.Sprintf("first %d bytes", n)] = whole[:n]
	}
	path := filepath.Join(t.TempDir(), "master.key")
	for name, data := range files {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, load := range loaders {
			_, err := load(path)
			if !errors.Is(err, keyring.ErrMasterKeyDamaged) || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: %v", name, err)
			}
			if len(data) > 10 && err != nil && strings.Contains(err.Error(), string(data[len(data)-8:])) {
				t.Errorf("%s: the error quotes the file: %v", name, err)
			}
		}
		if !bytes.Equal(data, read(t, path)) {
			t.Fatalf("%s: the file was changed", name)
		}
	}
}

func TestMasterKeyPathThatIsNoFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := keyring.LoadOrCreateMasterKey(dir); !errors.Is(err, keyring.ErrMasterKeyDamaged) && !errors.Is(err, keyring.ErrMasterKeyExposed) {
		t.Errorf("a folder: %v", err)
	}
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.LoadOrCreateMasterKey(fifo); !errors.Is(err, keyring.ErrMasterKeyDamaged) || !strings.Contains(err.Error(), fifo) {
		t.Errorf("a FIFO: %v", err)
	}
	if _, err := keyring.LoadMasterKey(filepath.Join(dir, "none")); !errors.Is(err, keyring.ErrMasterKeyMissing) {
		t.Errorf("no file: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.LoadOrCreateMasterKey(filepath.Join(dir, "file", "master.key")); err == nil {
		t.Error("made a file in a file")
	}
	if err := os.Symlink(masterFile(t), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.LoadOrCreateMasterKey(filepath.Join(dir, "link")); err != nil {
		t.Errorf("a link to a good file, as secrets are mounted: %v", err)
	}
}

// TestLostMasterKeyIsNotReplaced is the start of a server whose database is there
// and whose master key file is not.
func TestLostMasterKeyIsNotReplaced(t *testing.T) {
	t.Parallel()
	db := openDB(t, filepath.Join(t.TempDir(), "sealpost.db"))
	path := filepath.Join(t.TempDir(), "master.key")
	if _, err := keyring.OpenFile(t.Context(), db, path); err != nil {
		t.Fatal(err)
	}
	lost := read(t, path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.OpenFile(t.Context(), db, path); !errors.Is(err, keyring.ErrMasterKeyMissing) {
		t.Errorf("opened without the master key: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a new master key was made: %v", err)
	}
	if err := os.WriteFile(path, lost, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.OpenFile(t.Context(), db, path); err != nil {
		t.Errorf("restored from the backup: %v", err)
	}
}

func TestMasterKeyDoesNotPrint(t *testing.T) {
	t.Parallel()
	master := newMaster(t)
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("start", "key", master)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "key", master)
	printed := fmt.Sprintf("%v %+v %#v %s", master, master, master, log.String())
	for _, part := range []string{"aead", "cipher", "0x"} {
		if strings.Contains(printed, part) {
			t.Errorf("prints as %s", printed)
		}
	}
}

func masterFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "master.key")
	if _, err := keyring.LoadOrCreateMasterKey(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func macKeyset(t *testing.T) []byte {
	t.Helper()
	handle, err := keyset.NewHandle(mac.HMACSHA256Tag256KeyTemplate())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&out)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
