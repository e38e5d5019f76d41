package emulator

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

//go:embed supervise.py
var supervisor string

// startTimeout limits a start. It usually takes a quarter of a second, but longer if
// several suites run at once.
const startTimeout = time.Minute

// attempts is the number of starts, because another process may take the free port
// first.
const attempts = 3

type process struct {
	url   string
	dir   string
	input io.Closer // closing it ends the emulator
	done  chan struct{}
}

// command returns an emulator's command line and environment for a port.
type command func(venv string, port int) (argv, env []string)

func start(name string, health string, c command) (*process, error) {
	venv, err := install()
	if err != nil {
		return nil, fmt.Errorf("installing the emulators: %w", err)
	}
	var errs []error
	for range attempts {
		p, err := startOnce(name, venv, health, c)
		if err == nil {
			return p, nil
		}
		errs = append(errs, err)
	}
	return nil, fmt.Errorf("starting %s: %w", name, errors.Join(errs...))
}

func startOnce(name, venv, health string, c command) (*process, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "sealpost-"+name+"-")
	if err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	p := &process{url: "http://127.0.0.1:" + strconv.Itoa(port), dir: dir, done: make(chan struct{})}
	if err := p.launch(venv, port, c); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := p.await(health); err != nil {
		return nil, errors.Join(fmt.Errorf("%w; its log:\n%s", err, p.log()), p.stop())
	}
	return p, nil
}

func (p *process) launch(venv string, port int, c command) error {
	argv, env := c(venv, port)
	cmd := exec.Command(filepath.Join(venv, "bin", "python"), append([]string{"-c", supervisor}, argv...)...) //nolint:gosec // fixed commands of a test helper
	cmd.Dir = p.dir
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.dir, "TMPDIR=" + p.dir, "PYTHONUNBUFFERED=1"}, env...)
	log, err := os.Create(p.logPath())
	if err != nil {
		return fmt.Errorf("opening the log: %w", err)
	}
	defer func() { _ = log.Close() }() // the child has its own descriptor
	cmd.Stdout, cmd.Stderr = log, log
	if p.input, err = cmd.StdinPipe(); err != nil {
		return fmt.Errorf("making the pipe to the supervisor: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting: %w", err)
	}
	go func() {
		defer close(p.done)
		_ = cmd.Wait() // the log says how it ended
	}()
	return nil
}

// await polls until the emulator answers.
func (p *process) await(health string) error {
	client := &http.Client{Timeout: 5 * time.Second}
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	deadline := time.After(startTimeout)
	for {
		res, err := client.Get(p.url + health)
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-p.done:
			return errors.New("it ended at once")
		case <-deadline:
			return fmt.Errorf("no answer after %v", startTimeout)
		case <-poll.C:
		}
	}
}

func (p *process) stop() error {
	err := p.input.Close()
	<-p.done
	return errors.Join(err, os.RemoveAll(p.dir))
}

func (p *process) logPath() string { return filepath.Join(p.dir, "server.log") }

func (p *process) log() string {
	out, err := os.ReadFile(p.logPath())
	if err != nil {
		return err.Error()
	}
	return string(out)
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("finding a free port: %w", err)
	}
	defer func() { _ = l.Close() }()
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return 0, fmt.Errorf("finding a free port: address is a %T", l.Addr())
	}
	return addr.Port, nil
}

// running holds the emulators of this test process, by name.
var running = struct {
	sync.Mutex
	servers map[string]func() (*process, error)
}{servers: map[string]func() (*process, error){}}

// once starts the emulator on the first call. Every call returns the same one.
func once(name, health string, c command) (*process, error) {
	running.Lock()
	get, ok := running.servers[name]
	if !ok {
		get = sync.OnceValues(func() (*process, error) { return start(name, health, c) })
		running.servers[name] = get
	}
	running.Unlock()
	return get()
}
