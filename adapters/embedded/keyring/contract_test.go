package keyring_test

import (
	"testing"

	"github.com/sealpost/sealpost/ports/portstest"
)

func TestContract(t *testing.T) {
	t.Parallel()
	portstest.Keys(t, func(t *testing.T) portstest.KeysAdapter {
		k, _, _ := newKeyring(t)
		return portstest.KeysAdapter{KeyCreator: k, DataKeyGenerator: k, DataKeyOpener: k}
	})
}

// TestContractWithoutCache has every keyset evicted all the time.
func TestContractWithoutCache(t *testing.T) {
	t.Parallel()
	portstest.Keys(t, func(t *testing.T) portstest.KeysAdapter {
		k, _, _ := newKeyring(t)
		k.KeepOnly(1)
		return portstest.KeysAdapter{KeyCreator: k, DataKeyGenerator: k, DataKeyOpener: k}
	})
}
