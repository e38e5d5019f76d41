package blobs_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/blobs"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// wantNothing fails the test if the key is taken or any file lies about.
func wantNothing(t *testing.T, h home, s *blobs.Store, key string) {
	t.Helper()
	if _, err := s.DescribeBlob(t.Context(), key); !errors.Is(err, ports.ErrNotFound) {
		t.Errorf("the key is taken: %v", err)
	}
	if files := h.files(t); len(files) != 0 {
		t.Errorf("files left behind: %v", files)
	}
}

func TestAFullDiskStoresNoFile(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	s := h.open(t)
	s.FillDisk(fmt.Errorf("write: %w", syscall.ENOSPC))
	err := s.CreateBlob(t.Context(), "messages/1", ports.Blob{Body: large})
	if !sqlite.IsFull(err) || !strings.Contains(err.Error(), "writing ciphertext") {
		t.Errorf("CreateBlob = %v, want IsFull", err)
	}
	wantNothing(t, h, s, "messages/1")
}

// The file fits and its row does not: the file goes again.
func TestAFullDatabaseLeavesNoFile(t *testing.T) {
	t.Parallel()
	h := newHome(t, sqlite.WithMaxPages(20))
	s := h.open(t)
	acknowledged := 0
	for !sqlite.IsFull(s.CreateBlob(t.Context(), fmt.Sprint("small/", acknowledged), ports.Blob{Body: make([]byte, 2000)})) {
		acknowledged++
	}
	if acknowledged == 0 {
		t.Fatal("nothing fits")
	}
	metadata := ports.BlobMetadata{"fill": strings.Repeat("x", 2000)}
	err := s.CreateBlob(t.Context(), "messages/1", ports.Blob{Body: large, Metadata: metadata})
	if !sqlite.IsFull(err) {
		t.Errorf("CreateBlob = %v, want IsFull", err)
	}
	wantNothing(t, h, s, "messages/1")
	for i := range acknowledged {
		if _, err := s.GetBlob(t.Context(), fmt.Sprint("small/", i)); err != nil {
			t.Error(err)
		}
	}
}

// Root may write into any folder, so the test takes the folder away instead.
func TestAFolderThatCannotBeWrittenStoresNothing(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	s := h.open(t)
	tmp := filepath.Join(h.folder, "tmp")
	if err := os.Remove(tmp); err != nil {
		t.Fatal(err)
	}
	err := s.CreateBlob(t.Context(), "messages/1", ports.Blob{Body: large})
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "writing ciphertext") || !strings.Contains(err.Error(), tmp) {
		t.Errorf("CreateBlob = %v, want what failed and where", err)
	}
	wantNothing(t, h, s, "messages/1")
}

// The row is committed and the file cannot be moved: the caller hears of trouble,
// and the blob is not lost.
func TestAFileThatCannotBeMovedIsNotLost(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	s := h.open(t)
	shard := func(i int) string { return filepath.Join(h.folder, fmt.Sprintf("%02x", i)) }
	for i := range 256 { // where its folder would be a link leads nowhere
		if err := os.Symlink("nowhere", shard(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.CreateBlob(t.Context(), "messages/1", ports.Blob{Body: large}); err == nil || !strings.Contains(err.Error(), "settling") {
		t.Errorf("CreateBlob = %v", err)
	}
	wantLarge(t, s)
	for i := range 256 {
		if err := os.Remove(shard(i)); err != nil {
			t.Fatal(err)
		}
	}
	wantLarge(t, h.open(t))
	if path := h.onlyFile(t); filepath.Base(filepath.Dir(path)) == "tmp" {
		t.Errorf("the file is still at %s", path)
	}
}

func TestAFolderThatIsAFileSaysSo(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	if err := os.WriteFile(h.folder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := blobs.Open(t.Context(), h.db, h.folder, time.Now); err == nil || !strings.Contains(err.Error(), h.folder) {
		t.Errorf("Open = %v", err)
	}
}
