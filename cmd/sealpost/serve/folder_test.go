package serve_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/adapters/embedded/keyring"
	"github.com/sealpost/sealpost/adapters/embedded/sqlite"
	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

// used is a data folder in which a person signed up and has not confirmed: there is no
// user's key yet, and the password hash needs the master key all the same.
func used(t *testing.T) serve.Config {
	t.Helper()
	dir := t.TempDir()
	c := serve.Config{Addr: "127.0.0.1:0", Data: filepath.Join(dir, "data"), MasterKeyFile: filepath.Join(dir, "key")}
	r := start(t, func(given *serve.Config) { given.Data, given.MasterKeyFile = c.Data, c.MasterKeyFile })
	signUp(t, r.world(t), "alice")
	r.stop()
	return c
}

func signUp(t *testing.T, w scenario.World, name string) {
	t.Helper()
	cfg, err := client.Discover(t.Context(), w.HTTP, w.Server)
	if err == nil {
		_, err = client.NewPool(w.HTTP, cfg).SignUp(t.Context(), name, name+"@example.org", scenario.Password)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// refused fails the test unless the start fails for the reason and names the file.
func refused(t *testing.T, c serve.Config, want error, named string) {
	t.Helper()
	err := serve.Run(stopsWhenReady(t, &c), c)
	if !errors.Is(err, want) || !strings.Contains(err.Error(), named) {
		t.Errorf("started with %+v: %v, want %v of %s", c, err, want, named)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

// Nothing that was stored can be opened without the master key, so a start without
// it must not create a new one and go on as if nothing had happened.
func TestALostMasterKeyStopsTheStart(t *testing.T) {
	t.Parallel()
	c := used(t)
	c.MasterKeyFile = filepath.Join(filepath.Dir(c.Data), "elsewhere")
	refused(t, c, keyring.ErrMasterKeyMissing, c.MasterKeyFile)
	if _, err := os.Stat(c.MasterKeyFile); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a new key was written: %v", err)
	}
}

func TestALostDatabaseStopsTheStart(t *testing.T) {
	t.Parallel()
	c := used(t)
	database := filepath.Join(c.Data, serve.DatabaseFile)
	remove(t, database)
	refused(t, c, serve.ErrDatabaseLost, database)
	if err := os.WriteFile(database, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, c, serve.ErrDatabaseLost, database)
	remove(t, c.Data) // a folder without anything is a beginning
	start(t, func(given *serve.Config) { given.Data, given.MasterKeyFile = c.Data, c.MasterKeyFile })
}

func TestALostCiphertextFolderStopsTheStart(t *testing.T) {
	t.Parallel()
	c := used(t)
	folder := filepath.Join(c.Data, serve.CiphertextFolder)
	remove(t, folder)
	r := start(t, func(given *serve.Config) { given.Data, given.MasterKeyFile = c.Data, c.MasterKeyFile })
	alice := scenario.Register(t, r.world(t), "ann")
	alice.WaitReady(t)
	alice.Post(t, alice.Username, "text/plain", "", make([]byte, 100<<10)) // too large for the database
	r.stop()
	remove(t, folder)
	refused(t, c, serve.ErrCiphertextLost, folder)
}

func TestADowngradeStopsTheStart(t *testing.T) {
	t.Parallel()
	c := used(t)
	database := filepath.Join(c.Data, serve.DatabaseFile)
	db, err := sqlite.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Write(t.Context(), func(tx *sqlite.Tx) error {
		_, err := tx.Exec(`UPDATE schema_versions SET version = version + 1 WHERE component = 'eventlog'`)
		return err
	}), db.Close()); err != nil {
		t.Fatal(err)
	}
	refused(t, c, sqlite.ErrNewer, database)
}

// Every copy of the data would be a copy of the key.
func TestTheMasterKeyStaysOutOfTheData(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	if err := os.MkdirAll(filepath.Join(data, "below"), 0o700); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"link": data, "inner": filepath.Join(data, "below"), filepath.Join("data", "outward"): filepath.Join(dir, "key")} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range []string{
		"data/key", "data/./key", "data//key", "data/below/new/key", "data/../data/key", "link/key", "inner/key", "inner/new/key", "data/outward",
	} {
		path := dir + "/" + key
		for _, folder := range []string{data, data + "/", data + "/.", dir + "/link"} {
			refused(t, serve.Config{Addr: "127.0.0.1:0", Data: folder, MasterKeyFile: path}, serve.ErrKeyInData, path)
		}
	}
}

// However the data folder is spelled, the key's own place is next to it.
func TestTheMasterKeysOwnPlace(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.MkdirAll(filepath.Join("data", "below"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, data := range []string{"data", "./data/", "data/.", "data/below/..", filepath.Join(dir, "data")} {
		start(t, func(c *serve.Config) { c.Data = data }).stop()
	}
	t.Chdir("data")
	for _, data := range []string{".", "./", "below/.."} {
		start(t, func(c *serve.Config) { c.Data = data }).stop()
	}
	keys, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(keys) != 2 || keys[1] != filepath.Join(dir, "data.master-key") {
		t.Errorf("there are %v, %v", keys, err)
	}
}
