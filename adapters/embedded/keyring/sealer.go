package keyring

import "fmt"

// sealerContext separates data that Seal encrypts from users' keysets, which use the same master key.
const sealerContext = "sealpost/secret/"

// Seal encrypts a secret of the backend itself (such as the key that signs tokens) under the master key,
// bound to the associated data.
func (k *Keyring) Seal(plaintext, associatedData []byte) ([]byte, error) {
	sealed, err := k.master.aead.Encrypt(plaintext, append([]byte(sealerContext), associatedData...))
	if err != nil {
		return nil, fmt.Errorf("sealing a secret: %w", err)
	}
	return sealed, nil
}

// Open decrypts the result of Seal with the same associated data, and otherwise returns an error.
func (k *Keyring) Open(ciphertext, associatedData []byte) ([]byte, error) {
	plaintext, err := k.master.aead.Decrypt(ciphertext, append([]byte(sealerContext), associatedData...))
	if err != nil {
		return nil, fmt.Errorf("opening a secret: %w", err)
	}
	return plaintext, nil
}
