package killtest_test

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/sealpost/sealpost/internal/testing/eventually"
	"github.com/sealpost/sealpost/internal/testing/scenario"
)

// binary builds sealpost once for all tests, with the race detector like the tests
// themselves: the process that is killed is watched too.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "sealpost-killtest")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "sealpost")
	out, err := exec.CommandContext(context.Background(), "go", "build", "-race", "-o", path, "github.com/sealpost/sealpost/cmd/sealpost").CombinedOutput()
	if err != nil {
		return "", &buildError{err, out}
	}
	return path, nil
})

type buildError struct {
	err error
	out []byte
}

func (e *buildError) Error() string { return e.err.Error() + "\n" + string(e.out) }

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path)) // a leftover in the temp folder is no failure
	}
	os.Exit(code)
}

// process is one life of the server.
type process struct {
	cmd  *exec.Cmd
	log  bytes.Buffer
	url  string
	mail string // the mailbox's address
	once sync.Once
}

// freeAddress finds a port for all lives of one server: tokens name the address
// that they were issued at.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// start starts the server and waits until it answers. shell, if not empty, is what
// a shell does before it becomes the server.
func start(t *testing.T, addr, data, shell string) *process {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{url: "http://" + addr}
	p.cmd = exec.CommandContext(t.Context(), "sh", "-c", shell+` exec "$0" serve --addr "$1" --data "$2" --log-level warn`, path, addr, data)
	var greeting scenario.Greeting
	p.cmd.Stdout, p.cmd.Stderr = &greeting, &p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	eventually.True(t, "the server answers", func() bool {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+"/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			return false
		}
		defer res.Body.Close()
		p.mail = greeting.Mailbox()
		return res.StatusCode == http.StatusNoContent && p.mail != ""
	})
	return p
}

// kill gives the server no chance to do anything more.
func (p *process) kill() {
	p.once.Do(func() {
		_ = p.cmd.Process.Kill() // it may be dead already
		_ = p.cmd.Wait()         // says that it was killed
	})
}

func combinedOutput(t *testing.T, path string, args ...string) (string, error) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput()
	return string(out), err
}
