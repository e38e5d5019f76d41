package keyring

import (
	"context"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/sealpost/sealpost/ports"
)

// Forget empties the cache of opened keysets, as a restart does.
func (k *Keyring) Forget() { k.opened.Purge() }

// KeepOnly makes the cache so small that it evicts.
func (k *Keyring) KeepOnly(n int) {
	k.opened, _ = lru.New[string, userKey](n)
}

// Kept is how many keysets are in the cache.
func (k *Keyring) Kept() int { return k.opened.Len() }

// DataKeyContext is what the data keys' associated data is tested by.
func DataKeyContext(ec ports.EncryptionContext) []byte { return dataKeyContext(ec) }

// Opens reports whether this master key opens what that one closed.
func (m *MasterKey) Opens(that *MasterKey) bool {
	keyset, err := that.newKeyset([]byte("test"))
	if err != nil {
		return false
	}
	_, err = m.openKeyset(keyset, []byte("test"))
	return err == nil
}

// WrapUnchecked wraps a data key as GenerateDataKey does, no matter whom the context names.
func (k *Keyring) WrapUnchecked(ctx context.Context, owner string, dataKey []byte, ec ports.EncryptionContext) ([]byte, error) {
	key, err := k.find(ctx, owner)
	if err != nil {
		return nil, err
	}
	return key.aead.Encrypt(dataKey, dataKeyContext(ec))
}
