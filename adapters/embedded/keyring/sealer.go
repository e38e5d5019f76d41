package keyring

import "fmt"

// sealerContext keeps what Seal encrypts apart from users' keysets, which are
// encrypted under the same master key.
const sealerContext = "sealpost/secret/"

// Seal encrypts a secret of the home itself (such as the key that signs tokens)
// under the master key, bound to the associated data.
func (k *Keyring) Seal(plaintext, associatedData []byte) ([]byte, error) {
	sealed, err := k.master.aead.Encrypt(plaintext, append([]byte(sealerContext), associatedData...))
	if err != nil {
		return nil, fmt.Errorf("sealing a secret: %w", err)
	}
	return sealed, nil
}

// Open decrypts what Seal made with the same associated data; anything else is an
// error.
func (k *Keyring) Open(ciphertext, associatedData []byte) ([]byte, error) {
	plaintext, err := k.master.aead.Decrypt(ciphertext, append([]byte(sealerContext), associatedData...))
	if err != nil {
		return nil, fmt.Errorf("opening a secret: %w", err)
	}
	return plaintext, nil
}
