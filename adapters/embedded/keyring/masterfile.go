package keyring

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"github.com/sealpost/sealpost/internal/syncdir"
)

// Errors about a master key file. Each is wrapped with the file's path and a remedy.
var (
	// ErrMasterKeyMissing means that the file does not exist.
	ErrMasterKeyMissing = errors.New("no master key file")
	// ErrMasterKeyExposed means that users other than the owner may read or write the file.
	ErrMasterKeyExposed = errors.New("master key file is open to others")
	// ErrMasterKeyDamaged means that the file is not a complete master key.
	ErrMasterKeyDamaged = errors.New("master key file is truncated or damaged")
)

// maxMasterKeyFile is in bytes. A keyset with one key has about 300.
const maxMasterKeyFile = 64 << 10

// LoadMasterKey reads a master key file: a Tink keyset for AEAD, as JSON. It refuses a file that users other
// than its owner may access.
func LoadMasterKey(path string) (*MasterKey, error) {
	data, err := readPrivate(path)
	if err != nil {
		return nil, err
	}
	defer clear(data)
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(data)))
	if err != nil {
		// The cause is dropped because a parser's error may quote the key.
		return nil, fmt.Errorf("%w: %s (restore it from a backup)", ErrMasterKeyDamaged, path)
	}
	master, err := newMasterKey(handle)
	if err != nil {
		return nil, fmt.Errorf("%w: %s is a keyset for something else than encryption", ErrMasterKeyDamaged, path)
	}
	return master, nil
}

// LoadOrCreateMasterKey is LoadMasterKey, and creates a missing file. The file is on disk when it returns, so
// keys encrypted under it may then be stored. Of concurrent calls one creates the file and all load it.
func LoadOrCreateMasterKey(path string) (*MasterKey, error) {
	master, err := LoadMasterKey(path)
	if errors.Is(err, ErrMasterKeyMissing) {
		if err := createMasterKey(path); err != nil {
			return nil, fmt.Errorf("making master key file %s: %w", path, err)
		}
		master, err = LoadMasterKey(path)
	}
	if err != nil {
		return nil, err
	}
	// Also needed if another process created the file and has not synced the folder yet.
	if err := syncdir.Sync(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("making master key file %s durable: %w", path, err)
	}
	return master, nil
}

func readPrivate(path string) (data []byte, err error) {
	f, err := os.OpenFile(path, os.O_RDONLY|nonblock, 0) //nolint:gosec // the operator's choice
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s (restore it from a backup; messages cannot be opened without it)", ErrMasterKeyMissing, path)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the master key file: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat() // of the open file, because the path may have been replaced
	if err != nil {
		return nil, fmt.Errorf("looking at the master key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s is not a file", ErrMasterKeyDamaged, path)
	}
	if !ours(info) {
		return nil, fmt.Errorf("%w: %s belongs to another user (chown it, and consider who may have read it)", ErrMasterKeyExposed, path)
	}
	// Windows has no such bits. Files there inherit the permissions of their folder.
	if open := info.Mode().Perm() & 0o077; open != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("%w: %s has mode %#o (chmod 600 it, and consider who may have read it)",
			ErrMasterKeyExposed, path, info.Mode().Perm())
	}
	data, err = io.ReadAll(io.LimitReader(f, maxMasterKeyFile+1))
	if err != nil {
		return nil, fmt.Errorf("reading the master key file: %w", err)
	}
	if len(data) > maxMasterKeyFile {
		return nil, fmt.Errorf("%w: %s has more than %d bytes", ErrMasterKeyDamaged, path, maxMasterKeyFile)
	}
	return data, nil
}

// createMasterKey does not replace an existing file. It writes a temporary file and links it: unlike a
// rename, a link never replaces a file, and no crash and no other process ever sees half a key.
func createMasterKey(path string) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".master-key-*") // exclusive, mode 0600
	if err != nil {
		return err
	}
	err = errors.Join(writeMasterKey(f), f.Close())
	if err == nil {
		err = os.Link(f.Name(), path)
	}
	if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	return errors.Join(err, os.Remove(f.Name()))
}

func writeMasterKey(f *os.File) error {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return fmt.Errorf("making a keyset: %w", err)
	}
	var out bytes.Buffer
	defer func() { clear(out.Bytes()) }()
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&out)); err != nil {
		return fmt.Errorf("encoding a keyset: %w", err)
	}
	if _, err := f.Write(out.Bytes()); err != nil {
		return err
	}
	return f.Sync()
}
