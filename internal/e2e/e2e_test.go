package e2e

import (
	"context"
	"net/http"
	"os"
	"testing"

	"github.com/sealpost/sealpost/internal/contracttest"
	"github.com/sealpost/sealpost/internal/emulator"
	"github.com/sealpost/sealpost/internal/scenario"
)

func TestMain(m *testing.M) { os.Exit(emulator.Run(m)) }

// TestFromSignUpToRead runs the story that every home must tell through the real
// functions.
func TestFromSignUpToRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	t.Cleanup(func() { w.report(t) })
	scenario.FromSignUpToRead(t, scenario.World{
		Server: w.front(),
		HTTP:   &http.Client{Transport: contracttest.Transport(t, http.DefaultTransport)},
		// The emulator sends no mail; its every code is this one.
		Code: func(context.Context, string) (string, error) { return "123456", nil },
	})
}

// report tells of a failed run what was refused.
func (w *world) report(t *testing.T) {
	if !t.Failed() {
		return
	}
	for _, c := range w.proxy.refused() {
		t.Logf("refused: %s by %s: %d", c.Action, c.AccessKey, c.Status)
	}
	t.Logf("the emulator's log:\n%.20000s", w.server.Log())
}
