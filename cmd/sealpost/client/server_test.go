package client

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/client"
	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

func TestNormalServer(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"http://127.0.0.1:8080":         "http://127.0.0.1:8080",
		"http://127.0.0.1:8080/":        "http://127.0.0.1:8080",
		"HTTPS://Post.Example:443/":     "https://post.example",
		"http://post.example:80/a/":     "http://post.example/a",
		"http://post.example:8080":      "http://post.example:8080",
		"127.0.0.1:8080":                "http://127.0.0.1:8080",
		"localhost":                     "http://localhost",
		"[::1]:9":                       "http://[::1]:9",
		"post.example":                  "https://post.example",
		"post.example:8443/stage":       "https://post.example:8443/stage",
		"ftp://post.example":            "",
		"https://":                      "",
		"https://user:pw@post.example":  "",
		"https://post.example/?token=1": "",
		"https://post.example/#x":       "",
		"http://a b":                    "",
		"":                              "",
	} {
		got, err := normalServer(given)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v", given, got, err)
		}
	}
}

func FuzzNormalServer(f *testing.F) {
	for _, seed := range []string{"post.example", "http://[::1]:80/", "https://a/b/../c", "localhost:", "://", "a://b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, given string) {
		once, err := normalServer(given)
		if err != nil {
			return
		}
		if twice, err := normalServer(once); err != nil || twice != once {
			t.Errorf("%q became %q, which became %q, %v", given, once, twice, err)
		}
	})
}

func TestPlainConnectionsAreWarnedOfOnce(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		server string
		cfg    client.Config
		want   []string
	}{
		"this machine": {"http://localhost:8080", client.Config{APIURL: "http://127.0.0.1:8080"}, nil},
		"encrypted":    {"https://post.example", client.Config{APIURL: "https://api.example"}, nil},
		"plain":        {"http://post.example", client.Config{APIURL: "http://post.example/api"}, []string{"post.example"}},
		"plain further on": {
			"http://localhost:8080",
			client.Config{APIURL: "http://api.example", Cognito: client.CognitoConfig{Endpoint: "http://pool.example"}},
			[]string{"api.example", "pool.example"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stderr bytes.Buffer
			warnPlain(NewEnv(cli.NewEnv(nil, nil, &stderr)), tt.server, tt.cfg)
			if got := strings.Count(stderr.String(), "warning"); got != len(tt.want) {
				t.Errorf("%d warnings: %s", got, stderr.String())
			}
			for _, host := range tt.want {
				if !strings.Contains(stderr.String(), "to "+host+" ") {
					t.Errorf("%s is not named: %s", host, stderr.String())
				}
			}
		})
	}
}
