package portstest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/ports"
)

// createMany creates blobs, some small and some large, and returns their metadata
// by key.
func createMany(t *testing.T, a BlobsAdapter, n int) map[string]ports.BlobMetadata {
	t.Helper()
	keys, blobs := make([]string, n), make([]ports.Blob, n)
	want := map[string]ports.BlobMetadata{}
	for i := range n {
		keys[i], blobs[i] = newKey(), newBlob(10)
		if i%5 == 0 {
			blobs[i] = newBlob(100 << 10)
		}
		want[keys[i]] = blobs[i].Metadata
	}
	together(t, n, func(ctx context.Context, i int) error { return a.CreateBlob(ctx, keys[i], blobs[i]) })
	return want
}

// listed returns what the store lists of the blobs that the test made, and fails
// the test when one comes twice or lies outside of the span.
func listed(t *testing.T, a BlobsAdapter, from, to time.Time, ours map[string]ports.BlobMetadata) map[string]ports.BlobInfo {
	t.Helper()
	got := map[string]ports.BlobInfo{}
	err := a.ListBlobs(t.Context(), from, to, func(info ports.BlobInfo) error {
		if info.StoredAt.Before(from) || !info.StoredAt.Before(to) {
			t.Errorf("%s, stored at %v, is listed in [%v, %v)", info.Key, info.StoredAt, from, to)
		}
		if _, ok := ours[info.Key]; !ok {
			return nil
		}
		if _, twice := got[info.Key]; twice {
			t.Errorf("%s is listed twice", info.Key)
		}
		got[info.Key] = info
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func blobsListSpan(t *testing.T, a BlobsAdapter) {
	ours := createMany(t, a, 30)
	now := time.Now()
	past, future := now.Add(-time.Hour), now.Add(time.Hour)
	all := listed(t, a, past, future, ours)
	for key, metadata := range ours {
		info, ok := all[key]
		if !ok {
			t.Errorf("%s is not listed", key)
			continue
		}
		if diff := cmp.Diff(metadata, info.Metadata); diff != "" {
			t.Errorf("%s (-want +got):\n%s", key, diff)
		}
		if described, err := a.DescribeBlob(t.Context(), key); err != nil || !described.StoredAt.Equal(info.StoredAt) {
			t.Errorf("listed as stored at %v, described as %v, %v", info.StoredAt, described.StoredAt, err)
		}
	}
	for name, span := range map[string][2]time.Time{
		"before": {past.Add(-time.Hour), past}, "after": {future, future.Add(time.Hour)}, "empty": {now, now}, "upside down": {future, past},
	} {
		if got := listed(t, a, span[0], span[1], ours); len(got) != 0 {
			t.Errorf("%s: %d blobs", name, len(got))
		}
	}
	if got := listed(t, a, time.Time{}, future, ours); len(got) != len(ours) {
		t.Errorf("since the beginning of time: %d blobs of %d", len(got), len(ours))
	}
	blobsListBounds(t, a, ours, all)
}

// blobsListBounds cuts the span at the times of blobs: from is inside, to is not.
func blobsListBounds(t *testing.T, a BlobsAdapter, ours map[string]ports.BlobMetadata, all map[string]ports.BlobInfo) {
	for _, info := range all {
		if got := listed(t, a, info.StoredAt, info.StoredAt.Add(time.Nanosecond), ours); got[info.Key].Key == "" {
			t.Errorf("%s is not listed from the time that it was stored at", info.Key)
		}
		if got := listed(t, a, info.StoredAt.Add(-time.Hour), info.StoredAt, ours); got[info.Key].Key != "" {
			t.Errorf("%s is listed up to the time that it was stored at", info.Key)
		}
		if got := listed(t, a, info.StoredAt.Add(time.Nanosecond), info.StoredAt.Add(time.Hour), ours); got[info.Key].Key != "" {
			t.Errorf("%s is listed from after the time that it was stored at", info.Key)
		}
		return // one is enough: a store may have to read all of its names for a listing
	}
}

func blobsListStops(t *testing.T, a BlobsAdapter) {
	createMany(t, a, 3)
	enough := errors.New("enough")
	visits := 0
	err := a.ListBlobs(t.Context(), time.Time{}, time.Now().Add(time.Hour), func(ports.BlobInfo) error {
		visits++
		if visits == 2 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || visits != 2 {
		t.Errorf("ListBlobs = %v after %d visits", err, visits)
	}
}

// blobsListReentrant reads and writes from within visit, as the reconciler does.
func blobsListReentrant(t *testing.T, a BlobsAdapter) {
	ours := createMany(t, a, 5)
	seen := 0
	err := a.ListBlobs(t.Context(), time.Now().Add(-time.Hour), time.Now().Add(time.Hour), func(info ports.BlobInfo) error {
		if _, ok := ours[info.Key]; !ok {
			return nil
		}
		seen++
		if _, err := a.GetBlob(t.Context(), info.Key); err != nil {
			return err
		}
		return a.CreateBlob(t.Context(), newKey(), newBlob(10))
	})
	if err != nil || seen != len(ours) {
		t.Errorf("ListBlobs = %v, %d blobs of %d", err, seen, len(ours))
	}
}
