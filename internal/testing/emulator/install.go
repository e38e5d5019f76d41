package emulator

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

//go:embed requirements.txt
var requirements []byte

// installTimeout limits a first installation, which downloads about 40 MB.
const installTimeout = 5 * time.Minute

// install returns the folder of a virtual environment with the pinned emulators.
// Several test processes may call it at once: one installs, and the others wait for its
// lock.
func install() (string, error) {
	root, err := repository()
	if err != nil {
		return "", err
	}
	cache := filepath.Join(root, ".cache", "emulators")
	if err := os.MkdirAll(cache, 0o750); err != nil {
		return "", fmt.Errorf("making the emulators' cache: %w", err)
	}
	unlock, err := lock(filepath.Join(cache, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	sum := sha256.Sum256(requirements)
	// The folder is named by the pins, so new pins create a new environment and an old
	// checkout still finds its own.
	venv := filepath.Join(cache, hex.EncodeToString(sum[:6]))
	complete := filepath.Join(venv, "complete")
	if _, err := os.Stat(complete); err == nil {
		return venv, nil
	}
	if err := build(venv); err != nil {
		return "", err
	}
	if err := os.WriteFile(complete, nil, 0o600); err != nil {
		return "", fmt.Errorf("marking the emulators as installed: %w", err)
	}
	return venv, nil
}

func build(venv string) error {
	ctx, cancel := context.WithTimeout(context.Background(), installTimeout)
	defer cancel()
	if err := os.RemoveAll(venv); err != nil { // an interrupted installation
		return fmt.Errorf("clearing %s: %w", venv, err)
	}
	pins := venv + ".txt"
	if err := os.WriteFile(pins, requirements, 0o600); err != nil {
		return fmt.Errorf("writing the emulators' pins: %w", err)
	}
	if err := run(ctx, "python3", "-m", "venv", venv); err != nil {
		return err
	}
	return run(ctx, filepath.Join(venv, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check",
		"--no-input", "--require-hashes", "--requirement", pins)
}

func run(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput() //nolint:gosec // fixed commands of a test helper
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return nil
}

// lock takes an advisory lock that ends with the process, even if the process is
// killed.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // our own path
	if err != nil {
		return nil, fmt.Errorf("opening the emulators' lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("locking %s: %w", path, err), f.Close())
	}
	return func() { _ = f.Close() }, nil // closing releases the lock
}

// repository returns the folder of go.mod above the test's folder.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the repository: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("finding the repository: no go.mod above the working directory")
		}
		dir = parent
	}
}
