package keyring

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// ErrOtherMasterKey means that the database was opened with another master key before.
var ErrOtherMasterKey = errors.New("this master key does not open what the database holds: it is another database's, or was replaced")

// MasterKey encrypts users' keysets. Printing it reveals nothing.
type MasterKey struct{ aead tink.AEAD }

// String and GoString keep the key out of logs.
func (*MasterKey) String() string { return "keyring.MasterKey" }

// GoString is String for %#v.
func (m *MasterKey) GoString() string { return m.String() }

func newMasterKey(handle *keyset.Handle) (*MasterKey, error) {
	primitive, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("the keyset is not for encryption: %w", err)
	}
	return &MasterKey{primitive}, nil
}

func (m *MasterKey) newKeyset(associatedData []byte) ([]byte, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("making a keyset: %w", err)
	}
	var out bytes.Buffer
	if err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&out), m.aead, associatedData); err != nil {
		return nil, fmt.Errorf("encrypting a keyset: %w", err)
	}
	return out.Bytes(), nil
}

func (m *MasterKey) openKeyset(encrypted, associatedData []byte) (tink.AEAD, error) {
	handle, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(encrypted)), m.aead, associatedData)
	if err != nil {
		return nil, fmt.Errorf("decrypting a keyset: %w", err)
	}
	primitive, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("using a keyset: %w", err)
	}
	return primitive, nil
}
