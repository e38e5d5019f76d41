package keyring_test

import (
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/adapters/embedded/keyring"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/ports"
)

// writeStored makes the fixture when it is missing. It never replaces one.
var writeStored = flag.Bool("write-stored", false, "write testdata/v1.json if it is missing")

// stored is what a deployment has on its disk, and a data key of one message. The
// master key in it protects nothing.
type stored struct {
	MasterKeyFile string                  `json:"masterKeyFile"`
	KeyID         string                  `json:"keyId"`
	Owner         string                  `json:"owner"`
	Keyset        []byte                  `json:"keyset"`
	Wrapped       []byte                  `json:"wrapped"`
	Context       ports.EncryptionContext `json:"context"`
	Plaintext     []byte                  `json:"plaintext"`
}

// TestStoredKeysOpenForEver reads what the first version stored. The fixture is
// never changed: if this fails, an upgrade would lock everybody out.
func TestStoredKeysOpenForEver(t *testing.T) {
	t.Parallel()
	path := filepath.Join("testdata", "v1.json")
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && *writeStored {
		data, err = makeStored(t), nil
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	var s stored
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}

	master := filepath.Join(t.TempDir(), "master.key")
	if err := os.WriteFile(master, []byte(s.MasterKeyFile), 0o600); err != nil {
		t.Fatal(err)
	}
	db := openDB(t, filepath.Join(t.TempDir(), "sealpost.db"))
	k, err := keyring.OpenFile(t.Context(), db, master)
	if err != nil {
		t.Fatal(err)
	}
	exec(t, db, `INSERT INTO user_keys (key_id, user_id, keyset) VALUES (?, ?, ?)`, s.KeyID, s.Owner, s.Keyset)
	got, err := k.OpenDataKey(t.Context(), ports.Caller{UserID: s.Owner}, s.KeyID, s.Wrapped, s.Context)
	if diff := cmp.Diff(s.Plaintext, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func makeStored(t *testing.T) []byte {
	t.Helper()
	master := filepath.Join(t.TempDir(), "master.key")
	db := openDB(t, filepath.Join(t.TempDir(), "sealpost.db"))
	k, err := keyring.OpenFile(t.Context(), db, master)
	if err != nil {
		t.Fatal(err)
	}
	s := stored{Owner: "8f14e45f-ceea-467f-9575-1d4f0b5f2b11"}
	s.KeyID = createKey(t, k, s.Owner)
	key := generate(t, k, s.Owner)
	s.MasterKeyFile, s.Keyset = string(read(t, master)), storedKeyset(t, db, s.KeyID)
	s.Wrapped, s.Plaintext, s.Context = key.Wrapped, key.Plaintext, contextFor(s.Owner)
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(data, '\n')
}

func storedKeyset(t *testing.T, db *sqlite.DB, keyID string) (keyset []byte) {
	t.Helper()
	err := db.Read().QueryRowContext(t.Context(), `SELECT keyset FROM user_keys WHERE key_id = ?`, keyID).Scan(&keyset)
	if err != nil {
		t.Fatal(err)
	}
	return keyset
}
