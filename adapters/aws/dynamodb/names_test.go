package dynamodb_test

import (
	"testing"

	"github.com/sealpost/sealpost/adapters/aws/dynamodb"
	"github.com/sealpost/sealpost/internal/testing/awstest"
	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/ports/portstest"
)

func TestNames(t *testing.T) {
	t.Parallel()
	portstest.NameRegistry(t, func(t *testing.T) ports.NameRegistry {
		cfg, name := emulator.Ministack(t).Config(t), awstest.Name("names")
		awstest.Table(t, cfg, "names", name)
		return dynamodb.NewNames(cfg, name)
	})
}
