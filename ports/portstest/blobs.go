package portstest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sealpost/sealpost/ports"
)

// BlobsAdapter stores, fetches and lists ciphertext.
type BlobsAdapter interface {
	ports.BlobCreator
	ports.BlobReader
}

// Blobs is the contract of ports.BlobCreator and ports.BlobReader. The store may be in use by other tests.
func Blobs(t *testing.T, newAdapter func(t *testing.T) BlobsAdapter) {
	a := newAdapter(t)
	for name, test := range map[string]func(*testing.T, BlobsAdapter){
		"what is stored comes back":        blobsRoundTrip,
		"a key that is not taken":          blobsNotFound,
		"a key that is taken":              blobsExists,
		"of racing creates one wins":       blobsRace,
		"keys":                             blobsKeys,
		"bad keys":                         blobsBadKeys,
		"metadata":                         blobsMetadata,
		"bad metadata":                     blobsBadMetadata,
		"the caller's bytes are their own": blobsAreCopies,
		"a context that has ended":         blobsEndedContext,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, a)
		})
	}
}

// maxSealed is the largest body of a message plus ample room for sealing.
const maxSealed = 4<<20 + 4096

// newBlob returns random bytes with a message's metadata.
func newBlob(size int) ports.Blob {
	body := make([]byte, size)
	_, _ = rand.Read(body) // never fails
	return ports.Blob{Body: body, Metadata: ports.BlobMetadata{
		"message-id": newULID(0), "wrapped-key": strings.Repeat("Ab+/", 60) + "==", "event-time": "2026-11-24T01:55:00.123Z", "size": "17",
	}}
}

func newKey() string { return "messages/" + newID("blob") }

func create(t *testing.T, a ports.BlobCreator, key string, blob ports.Blob) {
	t.Helper()
	if err := a.CreateBlob(t.Context(), key, blob); err != nil {
		t.Fatal(err)
	}
}

func wantBlob(t *testing.T, a BlobsAdapter, key string, want ports.Blob) {
	t.Helper()
	got, err := a.GetBlob(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want.Body, got.Body) {
		t.Errorf("a body of %d bytes came back as another of %d", len(want.Body), len(got.Body))
	}
	if diff := cmp.Diff(want.Metadata, got.Metadata, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("metadata (-want +got):\n%s", diff)
	}
	info, err := a.DescribeBlob(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Metadata, info.Metadata, cmpopts.EquateEmpty()); diff != "" || info.Key != key {
		t.Errorf("described as %s, metadata (-want +got):\n%s", info.Key, diff)
	}
	if age := time.Since(info.StoredAt); age < -time.Minute || age > 10*time.Minute || info.StoredAt.Location() != time.UTC {
		t.Errorf("stored at %v, it is %v", info.StoredAt, time.Now())
	}
}

func wantNoBlob(t *testing.T, a BlobsAdapter, key string) {
	t.Helper()
	if got, err := a.GetBlob(t.Context(), key); !errors.Is(err, ports.ErrNotFound) || got.Body != nil {
		t.Errorf("GetBlob(%q) = %d bytes, %v; want ErrNotFound", key, len(got.Body), err)
	}
	if got, err := a.DescribeBlob(t.Context(), key); !errors.Is(err, ports.ErrNotFound) || !cmp.Equal(got, ports.BlobInfo{}) {
		t.Errorf("DescribeBlob(%q) = %v, %v; want ErrNotFound", key, got, err)
	}
}

func blobsRoundTrip(t *testing.T, a BlobsAdapter) {
	for _, size := range []int{0, 1, 1024, 64<<10 - 1, 64 << 10, 64<<10 + 1, 1 << 20, maxSealed} {
		key, blob := newKey(), newBlob(size)
		create(t, a, key, blob)
		wantBlob(t, a, key, blob)
	}
	key := newKey()
	create(t, a, key, ports.Blob{}) // an empty body is valid
	wantBlob(t, a, key, ports.Blob{})
}

func blobsNotFound(t *testing.T, a BlobsAdapter) {
	key := newKey()
	create(t, a, key, newBlob(10))
	for _, free := range []string{newKey(), key + "x", key[:len(key)-1], strings.ToUpper(key), key + "/x", "messages"} {
		wantNoBlob(t, a, free)
	}
}

func blobsExists(t *testing.T, a BlobsAdapter) {
	for _, size := range []int{10, 100 << 10} {
		key, blob := newKey(), newBlob(size)
		create(t, a, key, blob)
		for _, other := range []ports.Blob{blob, {}, newBlob(10), newBlob(100 << 10)} {
			if err := a.CreateBlob(t.Context(), key, other); !errors.Is(err, ports.ErrExists) {
				t.Errorf("CreateBlob = %v, want ErrExists", err)
			}
		}
		wantBlob(t, a, key, blob)
	}
}

// blobsRace has workers create one key with different bodies, small and large. Exactly one create succeeds,
// and its blob is stored.
func blobsRace(t *testing.T, a BlobsAdapter) {
	for _, size := range []int{10, 100 << 10} {
		key := newKey()
		blobs := make([]ports.Blob, racers)
		for i := range blobs {
			blobs[i] = newBlob(size)
		}
		var won atomic.Pointer[ports.Blob]
		together(t, racers, func(ctx context.Context, i int) error {
			err := a.CreateBlob(ctx, key, blobs[i])
			if errors.Is(err, ports.ErrExists) {
				return nil
			}
			if err == nil && won.Swap(&blobs[i]) != nil {
				return errors.New("two creates of one key won")
			}
			return err
		})
		if won.Load() == nil {
			t.Fatal("no create succeeded")
		}
		wantBlob(t, a, key, *won.Load())
	}
}

func blobsKeys(t *testing.T, a BlobsAdapter) {
	unique := newID("key")
	long := unique + strings.Repeat("/"+strings.Repeat("k", 100), 9)
	long += "/" + strings.Repeat("k", ports.MaxBlobKey-len(long)-1)
	for _, key := range []string{
		unique, unique + "/a/b/c/d", unique + ".txt", "." + unique, unique + "/..x", unique + "/A-Z_a=z.0", strings.ToUpper(unique), long,
	} {
		blob := newBlob(20)
		create(t, a, key, blob)
		wantBlob(t, a, key, blob)
	}
}

func blobsBadKeys(t *testing.T, a BlobsAdapter) {
	unique := newID("key")
	for _, key := range []string{
		"", ".", "..", "/", "/" + unique, unique + "/", unique + "//x", "../" + unique, "../../../../tmp/" + unique, unique + "/../x",
		unique + "/./x", unique + "/..", "./" + unique, `..\` + unique, `C:\` + unique, unique + "\x00", unique + "\n", unique + " x",
		unique + "?x", unique + "#x", unique + "%2e%2e", unique + "é", unique + "\xff", "~" + unique, unique + strings.Repeat("k", ports.MaxBlobKey),
	} {
		for _, size := range []int{10, 100 << 10} {
			if err := a.CreateBlob(t.Context(), key, newBlob(size)); !errors.Is(err, ports.ErrBadBlob) {
				t.Errorf("CreateBlob(%q) = %v, want ErrBadBlob", key, err)
			}
		}
	}
	wantNoBlob(t, a, unique)
}

func blobsMetadata(t *testing.T, a BlobsAdapter) {
	all := make([]byte, 0, 95)
	for c := byte('!'); c <= '~'; c++ {
		all = append(all, c)
	}
	for name, m := range map[string]ports.BlobMetadata{
		"none":        nil,
		"printable":   {"all": string(all), "inner-space": "a b  c"},
		"at limit":    {"name": strings.Repeat("v", ports.MaxBlobMetadata-len("name"))},
		"many":        {"a": "1", "b": "2", "c-d": "3", "e": "4", "f": "5", "g": "6", "h": "7", "i": "8", "j": "9", "k-l-m": "10"},
		"like JSON":   {"json": `{"a":"b\\u0041"}`},
		"like a list": {"list": "a, b;c=d"},
	} {
		key, blob := newKey(), ports.Blob{Body: []byte(name), Metadata: m}
		create(t, a, key, blob)
		wantBlob(t, a, key, blob)
	}
}

func blobsBadMetadata(t *testing.T, a BlobsAdapter) {
	for name, m := range map[string]ports.BlobMetadata{
		"too long":           {"name": strings.Repeat("v", ports.MaxBlobMetadata-len("name")+1)},
		"too long together":  {"one": strings.Repeat("v", 1024), "two": strings.Repeat("v", 1024)},
		"no name":            {"": "v"},
		"capital":            {"Name": "v"},
		"digit":              {"name1": "v"},
		"space in name":      {"a name": "v"},
		"header injection":   {"name": "v\r\nx-amz-acl: public-read"},
		"injection by name":  {"name\r\nx": "v"},
		"control character":  {"name": "v\x00"},
		"not ASCII":          {"name": "vé"},
		"not UTF-8":          {"name": "v\xff"},
		"space that is lost": {"name": " v"},
		"tab":                {"name": "a\tb"},
	} {
		for _, size := range []int{10, 100 << 10} {
			key := newKey()
			err := a.CreateBlob(t.Context(), key, ports.Blob{Body: make([]byte, size), Metadata: m})
			if !errors.Is(err, ports.ErrBadBlob) {
				t.Errorf("%s: CreateBlob = %v, want ErrBadBlob", name, err)
			}
			wantNoBlob(t, a, key)
		}
	}
}

// blobsAreCopies checks that the store keeps no reference to the caller's buffers.
func blobsAreCopies(t *testing.T, a BlobsAdapter) {
	for _, size := range []int{1024, 100 << 10} {
		key, blob := newKey(), newBlob(size)
		want := ports.Blob{Body: bytes.Clone(blob.Body), Metadata: ports.BlobMetadata{}}
		for name, value := range blob.Metadata {
			want.Metadata[name] = value
		}
		create(t, a, key, blob)
		for range 2 {
			clear(blob.Body)
			blob.Metadata["message-id"] = "other"
			wantBlob(t, a, key, want)
			var err error
			if blob, err = a.GetBlob(t.Context(), key); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func blobsEndedContext(t *testing.T, a BlobsAdapter) {
	key, ctx := newKey(), ended(t)
	_, get := a.GetBlob(ctx, key)
	_, describe := a.DescribeBlob(ctx, key)
	for name, err := range map[string]error{
		"CreateBlob": a.CreateBlob(ctx, key, newBlob(10)), "CreateBlob of a large one": a.CreateBlob(ctx, key, newBlob(100<<10)),
		"GetBlob": get, "DescribeBlob": describe,
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s = %v, want context.Canceled", name, err)
		}
	}
	wantNoBlob(t, a, key)
}
