package s3_test

import (
	"testing"

	"github.com/sealpost/sealpost/adapters/aws/s3"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
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
