package claims_test

import (
	"os"
	"testing"

	"github.com/sealpost/sealpost/adapters/aws/claims"
	"github.com/sealpost/sealpost/adapters/aws/eventbridge"
	"github.com/sealpost/sealpost/adapters/aws/s3"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/ports/portstest"
)

func TestMain(m *testing.M) { os.Exit(emulator.Run(m)) }

func TestClaims(t *testing.T) {
	t.Parallel()
	cfg := emulator.Ministack(t).Config(t)
	portstest.Claims(t, func(t *testing.T) portstest.ClaimsAdapter {
		bucket, bus := awstest.Name("bucket"), awstest.Name("bus")
		awstest.Bucket(t, cfg, bucket)
		awstest.Bus(t, cfg, bus)
		store, events := s3.New(cfg, bucket), eventbridge.New(cfg, bus)
		return portstest.ClaimsAdapter{
			Claimer: claims.New(store, events), Blobs: store,
			Bus: portstest.BusAdapter{Bus: events, Received: awstest.Subscribe(t, cfg, bus).Received},
		}
	})
}
