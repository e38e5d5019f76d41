package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/client"
)

func TestWhereTheUserPoolIsSaysTheHome(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]bool{
		"": true, "https://cognito-idp.eu-central-1.amazonaws.com/": true, "https://cognito-idp.cn-north-1.amazonaws.com.cn/": true,
		"http://127.0.0.1:8080/cognito-idp/": false, "https://mail.example.org/cognito-idp/": false,
	} {
		if got := onAWS(client.Config{Cognito: client.CognitoConfig{Endpoint: endpoint}}); got != want {
			t.Errorf("on AWS at %q: %v", endpoint, got)
		}
	}
}

func TestWhatWasDeployedIsTried(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Path
		http.NotFound(w, r)
	}))
	t.Cleanup(server.Close)
	path := filepath.Join(t.TempDir(), "stack.json")
	if err := os.WriteFile(path, []byte(`{"web_url":{"value":"`+server.URL+`"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-stack", path}, &out, &out); err == nil || !strings.Contains(err.Error(), server.URL) {
		t.Errorf("error %v, want one of the server", err)
	}
	if got := <-asked; got != "/config.json" {
		t.Errorf("it asked for %s", got)
	}
}

func TestMistakesAreExplained(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "stack.json")
	if err := os.WriteFile(empty, []byte(`{}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"name one with SERVER=URL":       {"-stack", filepath.Join(t.TempDir(), "none.json")},
		"has no web_url":                 {"-stack", empty},
		"-home is aws, embedded or auto": {"-home", "moon", "-server", "http://127.0.0.1:1"},
		"flag provided but not defined":  {"-unknown"},
		"help requested":                 {"-help"},
	} {
		var out bytes.Buffer
		if err := run(t.Context(), args, &out, &out); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: error %v, want one with %q", args, err, want)
		}
	}
}
