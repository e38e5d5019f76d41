package blobs_test

import (
	"fmt"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/blobs"
	"github.com/sealpost/sealpost/ports"
)

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
