package userpool

import (
	"context"
	"crypto"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

// signingKeyBits is the size of Cognito's keys.
const signingKeyBits = 2048

type signingKey struct {
	// id is the kid of tokens: the key's thumbprint (RFC 7638).
	id      string
	private *rsa.PrivateKey
	signer  jose.Signer
	// codeKey authenticates confirmation codes. It is derived from the private key, so it too is stored only
	// encrypted.
	codeKey []byte
}

const settingSigningKey = "signing_key"

// loadSigningKey returns the pool's key. The first start creates it.
func loadSigningKey(ctx context.Context, db *sqlite.DB, sealer Sealer, poolID string) (*signingKey, error) {
	// The associated data prevents confusion with another pool's key, or with another secret under the same
	// master key.
	ad := []byte("sealpost/userpool/signing-key/" + poolID)
	var sealed []byte
	err := db.Read().QueryRowContext(ctx, `SELECT value FROM userpool_settings WHERE name = ?`, settingSigningKey).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		sealed, err = makeSigningKey(ctx, db, sealer, ad)
	}
	if err != nil {
		return nil, fmt.Errorf("loading the signing key: %w", err)
	}
	der, err := sealer.Open(sealed, ad)
	if err != nil {
		return nil, fmt.Errorf("opening the signing key (is it another master key?): %w", err)
	}
	defer clear(der)
	return parseSigningKey(der)
}

// makeSigningKey stores a new sealed key, or returns the one that another start has stored meanwhile.
func makeSigningKey(ctx context.Context, db *sqlite.DB, sealer Sealer, ad []byte) ([]byte, error) {
	private, err := rsa.GenerateKey(rand.Reader, signingKeyBits)
	if err != nil {
		return nil, fmt.Errorf("making a signing key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("encoding the signing key: %w", err)
	}
	defer clear(der)
	sealed, err := sealer.Seal(der, ad)
	if err != nil {
		return nil, fmt.Errorf("sealing the signing key: %w", err)
	}
	return keepSetting(ctx, db, settingSigningKey, sealed)
}

func parseSigningKey(der []byte) (*signingKey, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("decoding the signing key: %w", err)
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the signing key is a %T, not an RSA key", parsed)
	}
	jwk := jose.JSONWebKey{Key: private.Public()}
	thumbprint, err := jwk.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("identifying the signing key: %w", err)
	}
	k := &signingKey{id: base64.RawURLEncoding.EncodeToString(thumbprint), private: private}
	k.signer, err = jose.NewSigner(
		jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: private, KeyID: k.id}}, nil)
	if err != nil {
		return nil, fmt.Errorf("preparing the signing key: %w", err)
	}
	k.codeKey, err = hkdf.Key(sha256.New, der, nil, "sealpost/userpool/codes", sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("deriving from the signing key: %w", err)
	}
	return k, nil
}

// jwks returns the public key (RFC 7517).
func (k *signingKey) jwks() jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{
		Key: k.private.Public(), KeyID: k.id, Algorithm: string(jose.RS256), Use: "sig",
	}}}
}
