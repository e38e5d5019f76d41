//go:build apply

package apply

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/sealpost/sealpost/internal/awsprovider"
	"github.com/sealpost/sealpost/internal/emulator"
	"github.com/sealpost/sealpost/internal/lambdas"
	"github.com/sealpost/sealpost/internal/stack"
)

// root is the repository, as seen from here.
const root = "../.."

func TestMain(m *testing.M) { os.Exit(emulator.Run(m)) }

// world is what all environments share.
type world struct {
	server *emulator.Server
	zips   string
	env    []string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	provider, err := awsprovider.Build(t.Context(), filepath.Join(root, ".cache", "awsprovider"), t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{server: emulator.Ministack(t), zips: t.TempDir()}
	// For this machine's processor: the emulator runs them here, whatever architecture Terraform says.
	if _, err := lambdas.Build(t.Context(), lambdas.Options{Root: root, Out: w.zips, Arch: runtime.GOARCH}); err != nil {
		t.Fatal(err)
	}
	w.env = []string{
		"TF_CLI_CONFIG_FILE=" + providerConfig(t, provider, awsprovider.Version, runtime.GOOS+"_"+runtime.GOARCH),
		"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_DATA_DIR=", "TF_WORKSPACE=",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_SESSION_TOKEN=", "AWS_PROFILE=", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
		"AWS_ENDPOINT_URL=" + endpoint, "HTTP_PROXY=" + newGateway(t, w.server.URL()).URL, "NO_PROXY=",
	}
	return w
}

// variables of an environment, and more.
func (w *world) variables(environment, more string) string {
	return "environment = \"" + environment + "\"\nregion = \"" + emulator.Region + "\"\nbuild_dir = \"" + w.zips + "\"\n" + more
}

func TestApply(t *testing.T) {
	w := newWorld(t)
	prod := newEnvironment(t, "prod", w.variables("prod", ""), w.env)
	prod.must("validate")
	whole := prod.plan()
	t.Logf("the whole plan makes %d resources", len(whole))
	prod.exclude()
	prod.apply()
	t.Logf("%d resources were made", len(prod.resources()))
	for _, c := range prod.plan() {
		b, _ := json.Marshal(c.Change)
		t.Errorf("%s %s %s", c.action(), c.Address, b)
	}
	file := prod.output()
	s, err := stack.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	w.smoke(t, file, s)
	if os.Getenv("APPLY_KEEP") != "" {
		t.Log(w.server.URL(), prod.dir)
		<-t.Context().Done()
	}
}
