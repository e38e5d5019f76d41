package blobs_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/adapters/embedded/blobs"
	"github.com/sealpost/sealpost/ports"
)

// A listing goes on where it left off, also amid many blobs of one and the same
// time, and none is left out or comes twice.
func TestAListingOfMany(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	at := time.Date(2026, 11, 24, 2, 0, 0, 123456000, time.UTC)
	s, err := blobs.Open(t.Context(), h.db, h.folder, func() time.Time { return at })
	if err != nil {
		t.Fatal(err)
	}
	const many = 2*blobs.ListedAtOnce + 3
	var g errgroup.Group
	for i := range many {
		g.Go(func() error { return s.CreateBlob(t.Context(), fmt.Sprint("m/", i), ports.Blob{}) })
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	err = s.ListBlobs(t.Context(), at, at.Add(time.Microsecond), func(info ports.BlobInfo) error {
		if seen[info.Key] || !info.StoredAt.Equal(at) {
			t.Errorf("%s, stored at %v", info.Key, info.StoredAt)
		}
		seen[info.Key] = true
		return nil
	})
	if err != nil || len(seen) != many {
		t.Errorf("%d blobs of %d, %v", len(seen), many, err)
	}
}

func TestAListingStopsWithItsContext(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	s := h.open(t)
	var g errgroup.Group
	for i := range blobs.ListedAtOnce + 1 {
		g.Go(func() error { return s.CreateBlob(t.Context(), fmt.Sprint("m/", i), ports.Blob{}) })
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := s.ListBlobs(ctx, time.Time{}, time.Now().Add(time.Hour), func(ports.BlobInfo) error { cancel(); return nil })
	if err == nil {
		t.Error("it went on")
	}
}

// The listing walks along the index by time and reads no body.
func TestAListingGoesByTheIndex(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	h.open(t)
	var id, parent, unused int
	var plan string
	err := h.db.Read().QueryRowContext(t.Context(), `EXPLAIN QUERY PLAN `+blobs.SelectSome, 0, 0, 0, 1).Scan(&id, &parent, &unused, &plan)
	if err != nil || !strings.Contains(plan, "USING INDEX blobs_stored_at (stored_at") {
		t.Errorf("the plan is %q, %v", plan, err)
	}
}

// What the operator moved to another limit stays readable.
func TestTheLimitMayChange(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	for i, limit := range []int{-1, 10, 1 << 20} {
		s := h.open(t, blobs.WithInlineLimit(limit))
		if err := s.CreateBlob(t.Context(), fmt.Sprint("m/", i), ports.Blob{Body: large}); err != nil {
			t.Fatal(err)
		}
		for j := range i + 1 {
			if got, err := s.GetBlob(t.Context(), fmt.Sprint("m/", j)); err != nil || string(got.Body) != string(large) {
				t.Errorf("limit %d: blob %d has %d bytes, %v", limit, j, len(got.Body), err)
			}
		}
	}
	if files := h.files(t); len(files) != 2 {
		t.Errorf("%d files, want those of the two low limits", len(files))
	}
}
