// Package archivecopy reads the copy of every event that terraform/modules/archive-copy stores in a bucket,
// and fills projections from it. EventBridge's archive can only be replayed, not read, and only in its own
// account and region. The copy is for when that archive is lost.
package archivecopy

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/sealpost/sealpost/events"
)

const (
	// prefix is Firehose's prefix of object names; the hour of arrival in UTC follows.
	prefix = "events/"
	hours  = "2006/01/02/15/"
	// late is the longest time from an event to its arrival: EventBridge retries for a day, and Firehose
	// buffers for minutes (terraform/modules/archive-copy).
	late = 25 * time.Hour
)

// Copy is the copy in one bucket.
type Copy struct {
	client *s3.Client
	bucket string
}

// New returns the copy in a bucket.
func New(client *s3.Client, bucket string) *Copy { return &Copy{client, bucket} }

// Read visits the events published from one time until before another, roughly in the order of arrival and
// possibly with duplicates. A zero until means no end. The error is from visit or S3, or wraps
// [events.ErrInvalid] and names the object if that contains anything other than events.
func (c *Copy) Read(ctx context.Context, from, until time.Time, visit func(events.Delivery) error) error {
	in := &s3.ListObjectsV2Input{Bucket: aws.String(c.bucket), Prefix: aws.String(prefix)}
	if !from.IsZero() {
		// The hour itself sorts before all objects of the hour.
		in.StartAfter = aws.String(prefix + from.UTC().Add(-time.Hour).Format(hours))
	}
	last := ""
	if !until.IsZero() {
		last = prefix + until.UTC().Add(late).Format(hours)
	}
	within := func(d events.Delivery) error {
		if d.Time.Before(from) || !until.IsZero() && !d.Time.Before(until) {
			return nil
		}
		return visit(d)
	}
	for pages := s3.NewListObjectsV2Paginator(c.client, in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("listing the copy of the archive: %w", err)
		}
		for _, object := range page.Contents {
			if last != "" && aws.ToString(object.Key) >= last {
				return nil
			}
			if err := c.readObject(ctx, aws.ToString(object.Key), within); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Copy) readObject(ctx context.Context, key string, visit func(events.Delivery) error) error {
	object, err := c.client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(c.bucket), Key: aws.String(key)})
	if err != nil {
		return fmt.Errorf("reading %s of the archive's copy: %w", key, err)
	}
	err = decode(object.Body, strings.HasSuffix(key, ".gz"), visit)
	if err := errors.Join(err, object.Body.Close()); err != nil {
		return fmt.Errorf("%s of the archive's copy: %w", key, err)
	}
	return nil
}

// decode reads the events of an object, which are concatenated without separators: EventBridge adds no line
// breaks.
func decode(r io.Reader, compressed bool, visit func(events.Delivery) error) error {
	if compressed {
		unzipped, err := gzip.NewReader(r)
		if err != nil {
			return fmt.Errorf("%w: %w", events.ErrInvalid, err)
		}
		r = unzipped
	}
	for dec := json.NewDecoder(r); ; {
		var raw json.RawMessage
		if err := dec.Decode(&raw); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("%w: %w", events.ErrInvalid, err)
		}
		d, err := events.DecodeDelivery(raw)
		if err != nil {
			return err
		}
		if err := visit(d); err != nil {
			return err
		}
	}
}
