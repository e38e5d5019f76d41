package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestCtrlCEndsACommandThatWaits(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel() // the person loses patience while the server is thinking
		<-r.Context().Done()
	}))
	defer server.Close()
	var stdout, stderr bytes.Buffer
	code := run(ctx, []string{"whoami", "--server", server.URL}, strings.NewReader(""), &stdout, &stderr)
	if code != 130 || stdout.Len() != 0 || stderr.String() != "sealpost: stopped\n" {
		t.Errorf("exit %d, %q, %q", code, stdout.String(), stderr.String())
	}
}
