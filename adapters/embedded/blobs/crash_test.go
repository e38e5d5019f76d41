package blobs_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/blobs"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

var large = bytes.Repeat([]byte("a large body "), 10_000)

// keys returns those of all that is stored.
func (h home) keys(t testing.TB) (keys []string) {
	t.Helper()
	rows, err := h.db.Read().QueryContext(t.Context(), `SELECT key FROM blobs`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return keys
}

// files returns the paths of all files in the folder, relative to it.
func (h home) files(t testing.TB) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(h.folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(h.folder, path)
		paths = append(paths, filepath.ToSlash(rel))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// onlyFile returns the path of the one file that there is.
func (h home) onlyFile(t testing.TB) string {
	t.Helper()
	paths := h.files(t)
	if len(paths) != 1 {
		t.Fatalf("files %v, want one", paths)
	}
	return filepath.Join(h.folder, filepath.FromSlash(paths[0]))
}

func (h home) exec(t testing.TB, query string, args ...any) {
	t.Helper()
	err := h.db.Write(t.Context(), func(tx *sqlite.Tx) error {
		n, err := tx.Exec(query, args...)
		if err == nil && n != 1 {
			t.Errorf("%q changed %d rows", query, n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// createLarge makes a store with one large blob in it, and puts it into the state in
// which a process died.
func createLarge(t *testing.T) (home, *blobs.Store) {
	t.Helper()
	h := newHome(t)
	s := h.open(t)
	if err := s.CreateBlob(t.Context(), "messages/1", ports.Blob{Body: large}); err != nil {
		t.Fatal(err)
	}
	return h, s
}

func wantLarge(t *testing.T, s *blobs.Store) {
	t.Helper()
	if got, err := s.GetBlob(t.Context(), "messages/1"); err != nil || !bytes.Equal(got.Body, large) {
		t.Errorf("GetBlob = %d bytes, %v", len(got.Body), err)
	}
}

func TestALargeBodyIsAFileInItsPlace(t *testing.T) {
	t.Parallel()
	h, s := createLarge(t)
	wantLarge(t, s)
	path := h.onlyFile(t)
	if name := filepath.Base(path); filepath.Base(filepath.Dir(path)) != name[:2] {
		t.Errorf("the file is %s", path)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() != int64(len(large)) {
		t.Errorf("the file is %v, %v", info, err)
	}
}

// Killed between the commit of the row and the rename.
func TestAFileThatWasNotMovedYetIsFoundAndMoved(t *testing.T) {
	t.Parallel()
	h, s := createLarge(t)
	placed := h.onlyFile(t)
	unsettled := filepath.Join(h.folder, "tmp", filepath.Base(placed))
	if err := os.Rename(placed, unsettled); err != nil {
		t.Fatal(err)
	}
	wantLarge(t, s) // before the next start too
	wantLarge(t, h.open(t))
	if got := h.onlyFile(t); got != placed {
		t.Errorf("the file is at %s, not at %s", got, placed)
	}
}

// Killed between the writing of the file and the commit of the row.
func TestAFileWithoutARowIsDeleted(t *testing.T) {
	t.Parallel()
	h, _ := createLarge(t)
	kept := h.onlyFile(t)
	for name, body := range map[string][]byte{strings.Repeat("ab", 16): large, strings.Repeat("0f", 16): nil} {
		if err := os.WriteFile(filepath.Join(h.folder, "tmp", name), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	wantLarge(t, h.open(t))
	if got := h.onlyFile(t); got != kept {
		t.Errorf("what is left is %s", got)
	}
}

func TestWhatIsNotOursIsLeftAlone(t *testing.T) {
	t.Parallel()
	h, _ := createLarge(t)
	notes := filepath.Join(h.folder, "tmp", "README")
	if err := os.WriteFile(notes, []byte("by the operator"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.open(t)
	if _, err := os.Stat(notes); err != nil {
		t.Error(err)
	}
}

func TestWhoLosesTheKeyLeavesNoFile(t *testing.T) {
	t.Parallel()
	h, s := createLarge(t)
	before := h.onlyFile(t)
	err := s.CreateBlob(t.Context(), "messages/1", ports.Blob{Body: append(large, '!')})
	if !errors.Is(err, ports.ErrExists) {
		t.Errorf("CreateBlob = %v", err)
	}
	if got := h.onlyFile(t); got != before {
		t.Errorf("the file is %s", got)
	}
}

func TestDamageIsSeen(t *testing.T) {
	t.Parallel()
	small := []byte("a small body")
	for name, damage := range map[string]func(t *testing.T, h home){
		"file cut":     func(t *testing.T, h home) { rewrite(t, h, large[:len(large)-1]) },
		"file empty":   func(t *testing.T, h home) { rewrite(t, h, nil) },
		"file longer":  func(t *testing.T, h home) { rewrite(t, h, append(bytes.Clone(large), 'x')) },
		"file twice":   func(t *testing.T, h home) { rewrite(t, h, append(bytes.Clone(large), large...)) },
		"file one bit": func(t *testing.T, h home) { b := bytes.Clone(large); b[7777] ^= 1; rewrite(t, h, b) },
		"file gone":    func(t *testing.T, h home) { remove(t, h) },
		"row other file": func(t *testing.T, h home) {
			h.exec(t, `UPDATE blobs SET file = '../../sealpost.db' WHERE key = 'messages/1'`)
		},
		"row other size": func(t *testing.T, h home) { h.exec(t, `UPDATE blobs SET size = size - 1 WHERE key = 'messages/1'`) },
		"row other sum":  func(t *testing.T, h home) { h.exec(t, `UPDATE blobs SET checksum = x'00' WHERE key = 'messages/1'`) },
		"row other meta": func(t *testing.T, h home) { h.exec(t, `UPDATE blobs SET metadata = '{' WHERE key = 'messages/1'`) },
		"small one bit":  func(t *testing.T, h home) { h.exec(t, `UPDATE blobs SET body = x'00' WHERE key = 'messages/2'`) },
		"small cut": func(t *testing.T, h home) {
			h.exec(t, `UPDATE blobs SET body = substr(body, 2) WHERE key = 'messages/2'`)
		},
		"small other sum": func(t *testing.T, h home) { h.exec(t, `UPDATE blobs SET checksum = x'' WHERE key = 'messages/2'`) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, s := createLarge(t)
			if err := s.CreateBlob(t.Context(), "messages/2", ports.Blob{Body: small}); err != nil {
				t.Fatal(err)
			}
			damage(t, h)
			damaged, whole := "messages/1", "messages/2"
			if strings.HasPrefix(name, "small") {
				damaged, whole = whole, damaged
			}
			if got, err := s.GetBlob(t.Context(), damaged); !errors.Is(err, blobs.ErrDamaged) || got.Body != nil {
				t.Errorf("GetBlob = %d bytes, %v; want ErrDamaged", len(got.Body), err)
			}
			if _, err := s.GetBlob(t.Context(), whole); err != nil {
				t.Errorf("the other: %v", err)
			}
		})
	}
}

func rewrite(t *testing.T, h home, body []byte) {
	t.Helper()
	if err := os.WriteFile(h.onlyFile(t), body, 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, h home) {
	t.Helper()
	if err := os.Remove(h.onlyFile(t)); err != nil {
		t.Fatal(err)
	}
}
