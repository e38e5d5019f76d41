package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sealpost/sealpost/cmd/sealpost/serve"
	"github.com/sealpost/sealpost/internal/testing/emulator"
)

func TestMain(m *testing.M) {
	testscript.Main(emulated{m}, map[string]func(){"sealpost": main, "sealpost-hasty": hasty})
}

// emulated ends what emulators tests started, after the tests.
type emulated struct{ m *testing.M }

// Run implements [testscript.TestingM].
func (e emulated) Run() int { return emulator.Run(e.m) }

// Each script in testdata has a server of its own, started in this process on a
// free port, and runs the client as a process against it. script_cmds_test.go
// has the commands that scripts use besides sealpost.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		Setup:               setup,
		RequireExplicitExec: false,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"as": as, "code": code, "person": person, "until": until, "exits": exits, "tokens": tokens, "bytes": bytesFile, "newest": newest, "stop-server": stopServer,
			"poison": poison, "repair": repair,
		},
	})
}

// setup starts the script's server and points the client at it.
func setup(env *testscript.Env) error {
	server, err := startServer(env)
	if err != nil {
		return err
	}
	env.Setenv("SERVER", server.URL)
	env.Setenv("MAILBOX", server.MailURL)
	env.Setenv("SEALPOST_SERVER", server.URL)
	env.Setenv("SEALPOST_PASSWORD", password)
	env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "nobody"))
	env.Setenv("HOME", env.WorkDir)
	env.Setenv("TZ", "UTC")
	// What a script cannot write.
	env.Setenv("BREAK", "a\nb")
	env.Setenv("LATIN1", "caf\xe9.txt")
	// A process that was built with -race sleeps a second before it exits.
	env.Setenv("GORACE", "atexit_sleep_ms=0")
	env.Setenv("COLUMNS", "80")
	return nil
}

// password is that of every person in the scripts who does not say otherwise.
const password = "Correct-Horse-7"

func startServer(env *testscript.Env) (serve.Info, error) {
	ctx, stop := context.WithCancel(context.Background())
	ready, done := make(chan serve.Info, 1), make(chan error, 1)
	data, err := os.MkdirTemp("", "sealpost-script-*")
	if err != nil {
		stop()
		return serve.Info{}, err
	}
	env.Setenv("SEALPOST_DATA", filepath.Join(data, "data"))
	go func() {
		done <- serve.Run(ctx, serve.Config{
			Addr: "127.0.0.1:0", Data: filepath.Join(data, "data"), LogLevel: "error", Stderr: os.Stderr,
			Ready: func(info serve.Info) { ready <- info },
		})
	}()
	select {
	case info := <-ready:
		halt := sync.OnceValue(func() error { stop(); return <-done })
		env.Values[stopKey{}] = halt
		env.Defer(func() {
			if err := errors.Join(halt(), os.RemoveAll(data)); err != nil {
				env.T().Log("stopping the server: ", err)
				env.T().FailNow()
			}
		})
		return info, nil
	case err := <-done:
		stop()
		return serve.Info{}, errors.Join(errors.New("the server did not start"), err)
	}
}

// stopKey is where a script finds the function that stops its server.
type stopKey struct{}
