package s3_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sealpost/sealpost/adapters/aws/s3"
	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/ports/portstest"
)

func TestBlobs(t *testing.T) {
	t.Parallel()
	portstest.Blobs(t, func(t *testing.T) portstest.BlobsAdapter {
		cfg, bucket := emulator.Ministack(t).Config(t), awstest.Name("bucket")
		awstest.Bucket(t, cfg, bucket)
		return s3.New(cfg, bucket)
	})
}

// ordered is a store whose listing goes by the time in its keys.
type ordered struct{ *s3.Blobs }

func (o ordered) ListBlobs(ctx context.Context, from, to time.Time, visit func(ports.BlobInfo) error) error {
	return o.ByTime("messages/").ListBlobs(ctx, from, to, visit)
}

// TestBlobsByTime: the keys of the contract's suite are under that prefix, so nothing
// of it may be missed.
func TestBlobsByTime(t *testing.T) {
	t.Parallel()
	portstest.Blobs(t, func(t *testing.T) portstest.BlobsAdapter {
		cfg, bucket := emulator.Ministack(t).Config(t), awstest.Name("bucket")
		awstest.Bucket(t, cfg, bucket)
		return ordered{s3.New(cfg, bucket)}
	})
}

// TestByTimePassesOverWhatIsOld: what the key says is older than the span, by more than
// clocks may differ, is not even listed, though S3 took it just now.
func TestByTimePassesOverWhatIsOld(t *testing.T) {
	t.Parallel()
	cfg, bucket := emulator.Ministack(t).Config(t), awstest.Name("bucket")
	awstest.Bucket(t, cfg, bucket)
	store, now := s3.New(cfg, bucket), time.Now()
	old := "messages/" + events.FirstID(now.Add(-2*time.Hour))
	skewed := "messages/" + events.FirstID(now.Add(-time.Hour-10*time.Minute))
	fresh := "messages/" + events.NewID(now)
	keyed := "keyed/" + strings.Repeat("f", 64)
	for _, key := range []string{old, skewed, fresh, keyed} {
		if err := store.CreateBlob(t.Context(), key, ports.Blob{Body: []byte("x")}); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		lister ports.BlobLister
		from   time.Time
		want   []string
	}{
		"by time, the last hour":      {store.ByTime("messages/"), now.Add(-time.Hour), []string{skewed, fresh}},
		"by time, ever":               {store.ByTime("messages/"), time.Time{}, []string{old, skewed, fresh}},
		"everything of the last hour": {store, now.Add(-time.Hour), []string{keyed, old, skewed, fresh}},
	} {
		var got []string
		err := c.lister.ListBlobs(t.Context(), c.from, now.Add(time.Hour), func(b ports.BlobInfo) error {
			got = append(got, b.Key)
			return nil
		})
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, error %v; want %v", name, got, err, c.want)
		}
	}
}
