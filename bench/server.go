package main

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
	"syscall"
	"time"

	"github.com/sealpost/sealpost/internal/testing/scenario"
)

// server is a serving sealpost in a separate process.
type server struct {
	cmd *exec.Cmd
	url string
	// mailbox is the URL that the server printed.
	mailbox string
	// listening is the time from its start to its first answer.
	listening time.Duration
}

func startServer(ctx context.Context, binary, addr, data string) (*server, error) {
	s := &server{url: "http://" + addr}
	s.cmd = exec.CommandContext(ctx, binary, "serve", "--addr", addr, "--data", data)
	var greeting scenario.Greeting
	s.cmd.Stdout, s.cmd.Stderr = &greeting, os.Stderr
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s (make build makes it): %w", binary, err)
	}
	for {
		if err := s.ping(ctx); err == nil {
			s.listening = time.Since(began)
			for s.mailbox == "" && ctx.Err() == nil { // it is in one of the next lines
				s.mailbox = greeting.Mailbox()
				pause(ctx, time.Millisecond)
			}
			return s, ctx.Err()
		} else if time.Since(began) > time.Minute || ctx.Err() != nil {
			return nil, errors.Join(fmt.Errorf("the server does not answer: %w", err), s.stop())
		}
		pause(ctx, 2*time.Millisecond)
	}
}

func (s *server) ping(ctx context.Context) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/healthz", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// stop asks the server to stop and waits for its end.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		return fmt.Errorf("stopping the server: %w", err)
	}
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("the server did not stop cleanly: %w", err)
	}
	return nil
}

// memory returns the server's resident memory (VmRSS), in bytes.
func (s *server) memory() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("memory is known on Linux only: %w", err)
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
			return kib << 10, err
		}
	}
	return 0, errors.New("the system does not say how much memory the server holds")
}

// ticks is the unit of processor time, per second (USER_HZ, which is 100 on every Linux
// that Go supports).
const ticks = 100

// processorTime returns the processor time that the server has used. It depends less
// than wall time on the other load of the machine.
func (s *server) processorTime() (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("processor time is known on Linux only: %w", err)
	}
	// The name in parentheses may contain anything. utime and stime are the 12th and
	// 13th fields after it (proc_pid_stat(5)).
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	const utime, stime = 11, 12
	if len(fields) <= stime {
		return 0, errors.New("the system does not say how long the server was busy")
	}
	user, userErr := strconv.ParseInt(fields[utime], 10, 64)
	system, systemErr := strconv.ParseInt(fields[stime], 10, 64)
	return time.Duration(user+system) * time.Second / ticks, errors.Join(userErr, systemErr)
}

func freeAddress(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
