package s3_test

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/adapters/aws/s3"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/internal/testing/faults"
	"github.com/sealpost/sealpost/ports"
)

func TestMain(m *testing.M) { os.Exit(emulator.Run(m)) }

// flawed is a bucket of its own behind faults.
func flawed(t *testing.T) (*s3.Blobs, aws.Config, string, *faults.Transport) {
	t.Helper()
	cfg, bucket := emulator.Ministack(t).Config(t), awstest.Name("bucket")
	awstest.Bucket(t, cfg, bucket)
	tr := faults.New(http.DefaultTransport)
	return s3.New(faults.Under(cfg, tr), bucket), cfg, bucket, tr
}

var sealed = ports.Blob{Body: []byte("ciphertext of some length"), Metadata: ports.BlobMetadata{"message-id": "m1", "wrapped-key": "AAEC/w=="}}

func create(t *testing.T, blobs *s3.Blobs) {
	t.Helper()
	if err := blobs.CreateBlob(t.Context(), "messages/m1", sealed); err != nil {
		t.Fatal(err)
	}
}

// stored checks that what is there is what was acknowledged.
func stored(t *testing.T, blobs *s3.Blobs) {
	t.Helper()
	got, err := blobs.GetBlob(t.Context(), "messages/m1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sealed, got); diff != "" {
		t.Errorf("(-stored +got):\n%s", diff)
	}
}

func TestTransientFaultsOfACreate(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]faults.Fault{
		"unavailable": faults.Answer(http.StatusServiceUnavailable, `<Error><Code>SlowDown</Code></Error>`),
		"internal":    faults.Answer(http.StatusInternalServerError, `<Error><Code>InternalError</Code></Error>`),
		"timeout":     faults.Timeout(),
		"conflict":    faults.Answer(http.StatusConflict, `<Error><Code>ConditionalRequestConflict</Code></Error>`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			blobs, _, bucket, tr := flawed(t)
			tr.On("PUT /"+bucket+"/messages/m1", fault)
			create(t, blobs)
			tr.Spent(t)
			stored(t, blobs)
		})
	}
}

// TestTheAnswerToACreateIsLost: the next attempt finds the key taken, by itself. The
// caller is told so and finds its own metadata there, from which it goes on.
func TestTheAnswerToACreateIsLost(t *testing.T) {
	t.Parallel()
	blobs, _, bucket, tr := flawed(t)
	tr.On("PUT /"+bucket+"/messages/m1", faults.LostResponse())
	if err := blobs.CreateBlob(t.Context(), "messages/m1", sealed); !errors.Is(err, ports.ErrExists) {
		t.Fatalf("error %v, want ErrExists", err)
	}
	info, err := blobs.DescribeBlob(t.Context(), "messages/m1")
	if diff := cmp.Diff(sealed.Metadata, info.Metadata); err != nil || diff != "" {
		t.Errorf("error %v, metadata (-sent +found):\n%s", err, diff)
	}
	stored(t, blobs)
}

func TestADamagedBodyIsNeverReturned(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func([]byte) []byte{
		"truncated": func(b []byte) []byte { return b[:len(b)-3] },
		"empty":     func([]byte) []byte { return nil },
		"changed":   func(b []byte) []byte { b = bytes.Clone(b); b[4] ^= 1; return b },
		"longer":    func(b []byte) []byte { return append(bytes.Clone(b), 'x') },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			blobs, _, bucket, tr := flawed(t)
			create(t, blobs)
			tr.On("GET /"+bucket+"/messages/m1", faults.Body(damage))
			got, err := blobs.GetBlob(t.Context(), "messages/m1")
			if err == nil || errors.Is(err, ports.ErrNotFound) || got.Body != nil {
				t.Errorf("got %d bytes, error %v; want an error and nothing else", len(got.Body), err)
			}
			tr.Spent(t)
			stored(t, blobs) // the object itself is whole
		})
	}
}

// TestAnObjectWithoutOurChecksumIsRefused: somebody put it there by other means.
func TestAnObjectWithoutOurChecksumIsRefused(t *testing.T) {
	t.Parallel()
	tr := faults.New(nil).On("GET /b/k", faults.Answer(http.StatusOK, "body"))
	if _, err := s3.New(faults.Config(tr), "b").GetBlob(t.Context(), "k"); !errors.Is(err, s3.ErrDamaged) {
		t.Errorf("error %v, want ErrDamaged", err)
	}
}

func TestWhatGoesOverTheWire(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		option s3.Option
		want   map[string]string
	}{
		"S3's key": {s3.WithKMSKey(""), map[string]string{
			"If-None-Match": "*", "X-Amz-Server-Side-Encryption": "AES256", "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id": "",
			"X-Amz-Meta-Message-Id": "m1",
		}},
		"a KMS key": {s3.WithKMSKey("key-1"), map[string]string{
			"If-None-Match": "*", "X-Amz-Server-Side-Encryption": "aws:kms", "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id": "key-1",
			"X-Amz-Server-Side-Encryption-Bucket-Key-Enabled": "true",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := faults.New(nil).On("PUT /b/messages/m1", faults.Answer(http.StatusOK, ""))
			create(t, s3.New(faults.Config(tr), "b", c.option))
			header := tr.Calls("")[0].Request.Header
			for key, want := range c.want {
				if got := header.Get(key); got != want {
					t.Errorf("%s is %q, want %q", key, got, want)
				}
			}
			if header.Get("X-Amz-Checksum-Sha256") == "" {
				t.Error("no checksum was sent")
			}
		})
	}
}

func TestRetriesAreBounded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault faults.Fault
		most  int
	}{
		"unavailable": {faults.Answer(http.StatusServiceUnavailable, ""), 4},
		"conflict":    {faults.Answer(http.StatusConflict, `<Error><Code>ConditionalRequestConflict</Code></Error>`), 3},
		"denied":      {faults.Answer(http.StatusForbidden, `<Error><Code>AccessDenied</Code></Error>`), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tr := faults.New(nil).On("PUT /b/messages/m1", faults.Repeat(50, c.fault)...)
				err := s3.New(faults.Config(tr), "b").CreateBlob(t.Context(), "messages/m1", sealed)
				if err == nil || errors.Is(err, ports.ErrExists) {
					t.Errorf("error %v, want one of the infrastructure", err)
				}
				if n := len(tr.Calls("")); n != c.most {
					t.Errorf("%d calls, want %d", n, c.most)
				}
			})
		})
	}
}

func TestABucketThatIsMissingIsNoMissingBlob(t *testing.T) {
	t.Parallel()
	blobs := s3.New(emulator.Ministack(t).Config(t), awstest.Name("bucket"))
	if _, err := blobs.GetBlob(t.Context(), "k"); err == nil || errors.Is(err, ports.ErrNotFound) {
		t.Errorf("error %v, want one of the infrastructure", err)
	}
}
