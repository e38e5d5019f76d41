package save_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/sealpost/sealpost/cmd/sealpost/client/save"
)

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func contains(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s holds %q, %v; want %q", path, got, err, want)
	}
}

func TestAFileIsNotOverwrittenUnasked(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "report.pdf")
	for i, want := range []error{nil, save.ErrExists} {
		got, err := save.File([]byte{byte('1' + i)}, save.Target{Path: path})
		if got != path || !errors.Is(err, want) {
			t.Errorf("time %d: got %q, %v", i+1, got, err)
		}
	}
	contains(t, path, "1")
	if _, err := save.File([]byte("new"), save.Target{Path: path, Force: true}); err != nil {
		t.Fatal(err)
	}
	contains(t, path, "new")
}

func TestIntoAFolderUnderTheName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	want := filepath.Join(dir, "a.txt")
	got, err := save.File([]byte("x"), save.Target{Path: dir, Name: "a.txt"})
	if err != nil || got != want {
		t.Fatalf("got %q, %v", got, err)
	}
	contains(t, want, "x")
	if _, err := save.File([]byte("y"), save.Target{Path: dir, Name: "a.txt"}); !errors.Is(err, save.ErrExists) {
		t.Errorf("again: got %v", err)
	}
	if _, err := save.File([]byte("y"), save.Target{Path: dir, Name: "a.txt", Force: true}); err != nil {
		t.Error(err)
	}
	contains(t, want, "y")
}

// A link that the sender's name happens to meet must not lead the bytes elsewhere.
func TestALinkIsNotFollowed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	precious, link, dangling := filepath.Join(dir, "precious"), filepath.Join(dir, "link"), filepath.Join(dir, "dangling")
	write(t, precious, "precious")
	if err := errors.Join(os.Symlink(precious, link), os.Symlink(filepath.Join(dir, "nothing"), dangling)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{link, dangling} {
		if _, err := save.File([]byte("x"), save.Target{Path: path}); !errors.Is(err, save.ErrExists) {
			t.Errorf("%s: got %v", path, err)
		}
	}
	if _, err := save.File([]byte("x"), save.Target{Path: link, Force: true}); err != nil {
		t.Fatal(err)
	}
	contains(t, precious, "precious")
	contains(t, link, "x")
}

func TestADeviceIsWrittenTo(t *testing.T) {
	t.Parallel()
	for _, force := range []bool{false, true} {
		if _, err := save.File([]byte("x"), save.Target{Path: os.DevNull, Force: force}); err != nil {
			t.Error(err)
		}
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("%s is %v, %v", os.DevNull, info, err)
	}
}

func TestFailureLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, to := range []save.Target{
		{Path: filepath.Join(dir, "missing", "a")},
		{Path: filepath.Join(dir, "missing", "a"), Force: true},
		{Path: dir, Name: "folder", Force: true},
	} {
		if _, err := save.File([]byte("x"), to); err == nil {
			t.Errorf("%+v: no error", to)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("left: %v, %v", left, err)
	}
}
