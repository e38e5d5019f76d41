package keyring_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/keyring"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
)

func TestASecretOpensWithItsAssociatedDataAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db, err := sqlite.Open(t.Context(), filepath.Join(dir, "db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	k, err := keyring.OpenFile(t.Context(), db, filepath.Join(dir, "master"))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := k.Seal([]byte("secret"), []byte("signing key"))
	if err != nil || bytes.Contains(sealed, []byte("secret")) {
		t.Fatalf("sealed %q, %v", sealed, err)
	}
	if opened, err := k.Open(sealed, []byte("signing key")); err != nil || string(opened) != "secret" {
		t.Errorf("opened %q, %v", opened, err)
	}
	if opened, err := k.Open(sealed, []byte("another use")); err == nil {
		t.Errorf("opened %q for another use", opened)
	}
	sealed[len(sealed)-1] ^= 1
	if opened, err := k.Open(sealed, []byte("signing key")); err == nil {
		t.Errorf("opened %q from damaged bytes", opened)
	}
}
