package serve_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
)

// ciphertextFile is the one file of ciphertext in a folder.
func ciphertextFile(t *testing.T, data string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(data, serve.CiphertextFolder, "??", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v, %v", files, err)
	}
	return files[0]
}

func truncate(t *testing.T, path string, size int64) {
	t.Helper()
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
}

func flip(t *testing.T, path string, at int) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err == nil {
		raw[at] ^= 1
		err = os.WriteFile(path, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func change(t *testing.T, data, statement string) {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(data, serve.DatabaseFile))
	if err == nil {
		err = errors.Join(db.Write(t.Context(), func(tx *sqlite.Tx) error {
			_, err := tx.Exec(statement)
			return err
		}), db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}
