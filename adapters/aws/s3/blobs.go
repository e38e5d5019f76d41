// Package s3 stores ciphertext in an S3 bucket.
package s3

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/sealpost/sealpost/ports"
)

// Blobs implements the ciphertext ports over one bucket.
type Blobs struct {
	client   *sdk.Client
	bucket   string
	kmsKeyID string
}

var (
	_ ports.BlobCreator = (*Blobs)(nil)
	_ ports.BlobReader  = (*Blobs)(nil)
)

// Option changes a store.
type Option func(*Blobs)

// WithKMSKey makes S3 encrypt objects under a KMS key instead of its own key, in addition to the sealing.
// Empty means S3's own key.
func WithKMSKey(id string) Option { return func(b *Blobs) { b.kmsKeyID = id } }

// New returns a store over a bucket.
func New(cfg aws.Config, bucket string, options ...Option) *Blobs {
	client := sdk.NewFromConfig(cfg, func(o *sdk.Options) {
		// Emulators and other stores behind AWS_ENDPOINT_URL have no host name per bucket.
		o.UsePathStyle = cfg.BaseEndpoint != nil
	})
	b := &Blobs{client: client, bucket: bucket}
	for _, set := range options {
		set(b)
	}
	return b
}

// maxConflicts is how often a create is retried that S3 refused because of a concurrent one.
const maxConflicts = 3

// CreateBlob implements [ports.BlobCreator]. If S3 stored the object but its answer was lost, the SDK's next
// attempt finds the key taken. The caller then gets ErrExists for its own object, which its metadata shows.
func (b *Blobs) CreateBlob(ctx context.Context, key string, blob ports.Blob) error {
	if err := ports.CheckBlob(key, blob.Metadata); err != nil {
		return err
	}
	sum := sha256.Sum256(blob.Body)
	for try := 1; ; try++ {
		_, err := b.client.PutObject(ctx, b.putInput(key, blob, base64.StdEncoding.EncodeToString(sum[:])))
		switch {
		case err == nil:
			return nil
		case status(err) == http.StatusPreconditionFailed:
			return fmt.Errorf("creating object %s: %w", key, ports.ErrExists)
		case status(err) == http.StatusConflict && try < maxConflicts && ctx.Err() == nil:
			// ConditionalRequestConflict: S3 asks for a retry, which then has a definite result (PutObject
			// API reference, If-None-Match).
		default:
			return fmt.Errorf("creating object %s: %w", key, err)
		}
	}
}

func (b *Blobs) putInput(key string, blob ports.Blob, sum string) *sdk.PutObjectInput {
	in := &sdk.PutObjectInput{
		Bucket: aws.String(b.bucket), Key: aws.String(key),
		Body: bytes.NewReader(blob.Body), ContentLength: aws.Int64(int64(len(blob.Body))),
		ContentType: aws.String("application/octet-stream"),
		Metadata:    blob.Metadata,
		IfNoneMatch: aws.String("*"),
		// S3 verifies the checksum before it stores the object, and returns it with the object.
		ChecksumSHA256:       aws.String(sum),
		ServerSideEncryption: types.ServerSideEncryptionAes256,
	}
	if b.kmsKeyID != "" {
		in.ServerSideEncryption = types.ServerSideEncryptionAwsKms
		in.SSEKMSKeyId = aws.String(b.kmsKeyID)
		in.BucketKeyEnabled = aws.Bool(true) // one KMS call for many objects
	}
	return in
}

// DescribeBlob implements [ports.BlobCreator].
func (b *Blobs) DescribeBlob(ctx context.Context, key string) (ports.BlobInfo, error) {
	out, err := b.client.HeadObject(ctx, &sdk.HeadObjectInput{Bucket: aws.String(b.bucket), Key: aws.String(key)})
	if err != nil {
		return ports.BlobInfo{}, fmt.Errorf("describing object %s: %w", key, notFound(err))
	}
	return ports.BlobInfo{Key: key, Metadata: out.Metadata, StoredAt: aws.ToTime(out.LastModified).UTC()}, nil
}

// ErrDamaged means that an object does not match its checksum.
var ErrDamaged = errors.New("object does not match its checksum")

// GetBlob implements [ports.BlobReader].
func (b *Blobs) GetBlob(ctx context.Context, key string) (ports.Blob, error) {
	out, err := b.client.GetObject(ctx, &sdk.GetObjectInput{
		Bucket: aws.String(b.bucket), Key: aws.String(key), ChecksumMode: types.ChecksumModeEnabled,
	})
	if err != nil {
		return ports.Blob{}, fmt.Errorf("getting object %s: %w", key, notFound(err))
	}
	body, err := io.ReadAll(out.Body)
	if err = errors.Join(err, out.Body.Close()); err != nil {
		return ports.Blob{}, fmt.Errorf("reading object %s: %w", key, err)
	}
	// The SDK verifies the checksum only if the answer has one. All our objects have one, so a missing
	// checksum is an error too.
	sum := sha256.Sum256(body)
	if aws.ToString(out.ChecksumSHA256) != base64.StdEncoding.EncodeToString(sum[:]) {
		return ports.Blob{}, fmt.Errorf("reading object %s: %w", key, ErrDamaged)
	}
	return ports.Blob{Body: body, Metadata: out.Metadata}, nil
}

// status returns the HTTP status of the service's answer, or 0 if there was none.
func status(err error) int {
	var res *smithyhttp.ResponseError
	if errors.As(err, &res) {
		return res.HTTPStatusCode()
	}
	return 0
}

// notFound maps a missing object to [ports.ErrNotFound]. A missing bucket is not mapped, because that is a
// misconfiguration. (A caller without permission to list the bucket gets AccessDenied for a missing object,
// which stays an error of the infrastructure.)
func notFound(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) && (api.ErrorCode() == "NoSuchKey" || api.ErrorCode() == "NotFound") {
		return fmt.Errorf("%w: %w", ports.ErrNotFound, err)
	}
	return err
}
