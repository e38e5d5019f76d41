package s3

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/errgroup"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/ports"
)

// describing is how many objects are described at once: a listing has no metadata.
const describing = 16

// ListBlobs implements [ports.BlobLister]. S3 lists by key and not by time, so it
// goes through the names of the whole bucket (one call for 1,000) and describes
// those of the span. S3 keeps times to the second: an object belongs to the span
// that its whole second begins in.
func (b *Blobs) ListBlobs(ctx context.Context, from, to time.Time, visit func(ports.BlobInfo) error) error {
	return b.list(ctx, &sdk.ListObjectsV2Input{Bucket: aws.String(b.bucket)}, from, to, visit)
}

// skew is how much earlier than by S3's clock a ULID in a key may be: its maker's
// clock may be wrong, and it made the id before it stored anything.
const skew = 15 * time.Minute

// ByTime lists the objects alone whose keys begin with a prefix and go on with a ULID
// of the time that they were stored at. Those sort by time, so it goes through the
// names since from and not through the whole bucket.
func (b *Blobs) ByTime(prefix string) ports.BlobLister { return byTime{b, prefix} }

type byTime struct {
	blobs  *Blobs
	prefix string
}

// ListBlobs implements [ports.BlobLister].
func (t byTime) ListBlobs(ctx context.Context, from, to time.Time, visit func(ports.BlobInfo) error) error {
	in := &sdk.ListObjectsV2Input{Bucket: aws.String(t.blobs.bucket), Prefix: aws.String(t.prefix)}
	if start := from.Add(-skew); start.After(time.UnixMilli(0)) {
		in.StartAfter = aws.String(t.prefix + events.FirstID(start))
	}
	return t.blobs.list(ctx, in, from, to, visit)
}

func (b *Blobs) list(ctx context.Context, in *sdk.ListObjectsV2Input, from, to time.Time, visit func(ports.BlobInfo) error) error {
	pages := sdk.NewListObjectsV2Paginator(b.client, in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("listing objects: %w", err)
		}
		var keys []string
		for _, o := range page.Contents {
			// To the second, as the object's own header has it.
			at := aws.ToTime(o.LastModified).Truncate(time.Second)
			if !at.Before(from) && at.Before(to) {
				keys = append(keys, aws.ToString(o.Key))
			}
		}
		infos, err := b.describe(ctx, keys)
		if err != nil {
			return err
		}
		for _, info := range infos {
			if err := visit(info); err != nil {
				return err
			}
		}
	}
	return nil
}

// describe leaves out what was deleted meanwhile.
func (b *Blobs) describe(ctx context.Context, keys []string) ([]ports.BlobInfo, error) {
	found := make([]*ports.BlobInfo, len(keys))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(describing)
	for i, key := range keys {
		g.Go(func() error {
			info, err := b.DescribeBlob(ctx, key)
			if errors.Is(err, ports.ErrNotFound) {
				return nil
			}
			found[i] = &info
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	var infos []ports.BlobInfo
	for _, info := range found {
		if info != nil {
			infos = append(infos, *info)
		}
	}
	return infos, nil
}
