package userpool_test

import (
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/userpool"
	"github.com/sealpost/sealpost/ports"
	"github.com/sealpost/sealpost/ports/portstest"
)

func TestNames(t *testing.T) {
	t.Parallel()
	portstest.NameRegistry(t, func(t *testing.T) ports.NameRegistry {
		names, err := userpool.NewNames(t.Context(), newFixture(t).db)
		must(t, err)
		return names
	})
}
