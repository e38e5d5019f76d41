package emulator

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/sealpost/sealpost/adapters/aws/awsconfig"
)

// Region is the region for clients of the emulators.
const Region = "us-east-1"

// Server is a running emulator.
type Server struct {
	p *process
	// accountHeader names the account of a call, for an emulator that does not derive
	// it from the access key.
	accountHeader string
}

// Ministack returns the ministack of this test process. It checks no permissions.
// Functions that run in it always call it, regardless of their endpoint.
func Ministack(t testing.TB) *Server {
	t.Helper()
	plain := ministack()
	return get(t, "ministack", ministackHealth, func(venv string, port int) (argv, env []string) {
		argv, env = plain(venv, port)
		return argv, append(env, "AWS_ENDPOINT_URL=http://127.0.0.1:"+strconv.Itoa(port))
	})
}

// MinistackAuth returns a ministack that verifies signatures and enforces policies. Its
// default account is 000000000000, whose root has the access key "test".
func MinistackAuth(t testing.TB) *Server {
	t.Helper()
	return get(t, "ministack-auth", ministackHealth, ministack("AUTH=true"))
}

// Moto returns the moto of this test process.
func Moto(t testing.TB) *Server {
	t.Helper()
	s := get(t, "moto", "/moto-api/data.json", func(venv string, port int) (argv, env []string) {
		return []string{filepath.Join(venv, "bin", "moto_server"), "-H", "127.0.0.1", "-p", strconv.Itoa(port)}, nil
	})
	s.accountHeader = "X-Moto-Account-Id"
	return s
}

const ministackHealth = "/_ministack/health"

func ministack(more ...string) command {
	return func(venv string, port int) (argv, env []string) {
		return []string{filepath.Join(venv, "bin", "ministack")},
			append([]string{
				"BIND_HOST=127.0.0.1", "GATEWAY_PORT=" + strconv.Itoa(port), "IOT_MTLS_ENABLED=0",
				"MINISTACK_REGION=" + Region, "LOG_LEVEL=WARNING",
			}, more...)
	}
}

func get(t testing.TB, name, health string, c command) *Server {
	t.Helper()
	p, err := once(name, health, c)
	if err != nil {
		t.Fatalf("emulator: %v", err)
	}
	return &Server{p: p}
}

// URL returns the server's endpoint, without a trailing slash.
func (s *Server) URL() string { return s.p.url }

// Log returns the server's log so far.
func (s *Server) Log() string { return s.p.log() }

// Config returns the configuration for clients in a new account, which other tests do
// not touch.
func (s *Server) Config(t testing.TB) aws.Config {
	t.Helper()
	account := Account(t)
	cfg := s.ConfigFor(account, "test")
	if s.accountHeader != "" {
		cfg.APIOptions = append(cfg.APIOptions, smithyhttp.AddHeaderValue(s.accountHeader, account))
	}
	return cfg
}

// ConfigFor returns the configuration for clients that sign with an access key. The
// clients never retry needlessly, so every creation and message happens once.
func (s *Server) ConfigFor(accessKey, secret string) aws.Config {
	return awsconfig.KeepAnswers(aws.Config{
		Region:       Region,
		BaseEndpoint: aws.String(s.p.url),
		Credentials:  credentials.NewStaticCredentialsProvider(accessKey, secret, ""),
	})
}

// Account returns the id of a new account. Ministack takes a 12-digit access key as the
// account id.
func Account(t testing.TB) string {
	t.Helper()
	n, err := rand.Int(rand.Reader, big.NewInt(900_000_000_000))
	if err != nil {
		t.Fatalf("emulator: %v", err)
	}
	return strconv.FormatInt(n.Int64()+100_000_000_000, 10)
}

// Run runs a package's tests and then ends the emulators that they started. It returns
// the exit code.
func Run(m *testing.M) int {
	code := m.Run()
	running.Lock()
	defer running.Unlock()
	for name, get := range running.servers {
		p, err := get()
		if err != nil {
			continue // the test that requested it has failed
		}
		if err := p.stop(); err != nil {
			fmt.Fprintf(os.Stderr, "emulator: stopping %s: %v\n", name, err)
			code = max(code, 1)
		}
	}
	return code
}
