// Package start measures the time from the start of a function's binary to its first
// poll of the Lambda Runtime API, and its memory at that moment. That is the part of a
// cold start that depends on us.
package start

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Sample is one start.
type Sample struct {
	// Poll is the time from the start of the process to its first poll.
	Poll time.Duration
	// Bytes is the resident memory at that moment.
	Bytes int64
}

// timeout limits one start.
const timeout = 30 * time.Second

// Measure starts a binary once, with all its settings, and ends it after its first
// poll.
func Measure(ctx context.Context, binary string, settings []string) (Sample, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	api, err := listen()
	if err != nil {
		return Sample{}, err
	}
	defer api.close()
	cmd := exec.CommandContext(ctx, binary) //nolint:gosec // a file that was just built
	cmd.Env = append([]string{
		"AWS_LAMBDA_RUNTIME_API=" + api.address, "AWS_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=AKIAMEASURED", "AWS_SECRET_ACCESS_KEY=secret", "AWS_LAMBDA_FUNCTION_NAME=measured",
	}, settings...)
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		return Sample{}, fmt.Errorf("starting %s: %w", binary, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case at := <-api.polled:
		s := Sample{Poll: at.Sub(begun)}
		s.Bytes, err = resident(cmd.Process.Pid)
		err = errors.Join(err, cmd.Process.Kill())
		if waitErr := <-ended; waitErr == nil { // it was killed, so it must have failed
			err = errors.Join(err, fmt.Errorf("%s ended by itself", binary))
		}
		return s, err
	case err := <-ended:
		return Sample{}, fmt.Errorf("%s ended before its first poll: %w", binary, err)
	}
}

// runtimeAPI is the part of the Runtime API that a function needs to wait for its first
// call.
type runtimeAPI struct {
	address string
	polled  chan time.Time
	server  *http.Server
	done    chan struct{}
}

func listen() (*runtimeAPI, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a Runtime API: %w", err)
	}
	api := &runtimeAPI{address: l.Addr().String(), polled: make(chan time.Time, 1), done: make(chan struct{})}
	var once sync.Once
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(_ http.ResponseWriter, r *http.Request) {
		once.Do(func() { api.polled <- time.Now() })
		<-r.Context().Done() // there are no calls
	})
	api.server = &http.Server{Handler: mux, ReadHeaderTimeout: timeout}
	go func() {
		defer close(api.done)
		_ = api.server.Serve(l) // ErrServerClosed, by close
	}()
	return api, nil
}

func (a *runtimeAPI) close() {
	_ = a.server.Close()
	<-a.done
}

// resident reads VmRSS of a process (proc(5)).
func resident(pid int) (int64, error) {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, fmt.Errorf("reading the process's memory: %w", err)
	}
	for line := range strings.Lines(string(status)) {
		rest, found := strings.CutPrefix(line, "VmRSS:")
		if !found {
			continue
		}
		kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
		return kb << 10, err
	}
	return 0, errors.New("reading the process's memory: no VmRSS")
}
