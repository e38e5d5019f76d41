package blobs_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/embedded/blobs"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports/portstest"
)

// home is where one store has its data.
type home struct {
	db     *sqlite.DB
	folder string
}

func newHome(t testing.TB, opts ...sqlite.Option) home {
	t.Helper()
	return homeAt(t, t.TempDir(), opts...)
}

func homeAt(t testing.TB, dir string, opts ...sqlite.Option) home {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(dir, "sealpost.db"), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return home{db, filepath.Join(dir, "ciphertext")}
}

func (h home) open(t testing.TB, opts ...blobs.Option) *blobs.Store {
	t.Helper()
	s, err := blobs.Open(t.Context(), h.db, h.folder, time.Now, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestBlobs(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]blobs.Option{
		"hybrid":        nil,
		"every a file":  {blobs.WithInlineLimit(-1)},
		"every inlined": {blobs.WithInlineLimit(8 << 20)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			portstest.Blobs(t, func(t *testing.T) portstest.BlobsAdapter { return newHome(t).open(t, opts...) })
		})
	}
}
