package eventbridge_test

import (
	"os"
	"testing"

	"github.com/sealpost/sealpost/adapters/aws/eventbridge"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/ports/portstest"
)

func TestMain(m *testing.M) { os.Exit(emulator.Run(m)) }

func TestBusByName(t *testing.T) {
	t.Parallel()
	cfg := emulator.Ministack(t).Config(t)
	portstest.Bus(t, func(t *testing.T) portstest.BusAdapter {
		name := awstest.Name("bus")
		awstest.Bus(t, cfg, name)
		return portstest.BusAdapter{Bus: eventbridge.New(cfg, name), Received: awstest.Subscribe(t, cfg, name).Received}
	})
}

func TestBusByARN(t *testing.T) {
	t.Parallel()
	cfg := emulator.Ministack(t).Config(t)
	portstest.Bus(t, func(t *testing.T) portstest.BusAdapter {
		name := awstest.Name("bus")
		arn := awstest.Bus(t, cfg, name)
		return portstest.BusAdapter{Bus: eventbridge.New(cfg, arn), Received: awstest.Subscribe(t, cfg, name).Received}
	})
}
