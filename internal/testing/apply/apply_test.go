//go:build apply

package apply

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/sealpost/sealpost/internal/testing/emulator"
	"github.com/sealpost/sealpost/internal/tools/awsprovider"
	"github.com/sealpost/sealpost/internal/tools/lambdas"
)

// root is the repository, as seen from here.
const root = "../../.."

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
	sealpost := filepath.Join(w.zips, "sealpost")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", sealpost, "./cmd/sealpost")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building sealpost: %v\n%s", err, out)
	}
	w.env = []string{
		"SEALPOST=" + sealpost,
		"TF_CLI_CONFIG_FILE=" + providerConfig(t, provider, awsprovider.Version, runtime.GOOS+"_"+runtime.GOARCH),
		"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_DATA_DIR=", "TF_WORKSPACE=",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_SESSION_TOKEN=", "AWS_PROFILE=", "AWS_EC2_METADATA_DISABLED=true",
		"TF_CLI_ARGS_destroy=-parallelism=64 -no-color", // as in apply
		"AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
		"AWS_ENDPOINT_URL=" + endpoint, "HTTP_PROXY=" + newGateway(t, w.server.URL()).URL, "NO_PROXY=",
	}
	return w
}

// variables of an environment, and more.
func (w *world) variables(environment, more string) string {
	return "environment = \"" + environment + "\"\nregion = \"" + emulator.Region + "\"\nbuild_dir = \"" + w.zips + "\"\n" + more
}

// account is the emulator's default one: calls that are not signed reach no other.
const account = "000000000000"

// TestApply applies two environments side by side into one account.
func TestApply(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.excludedIsMissing(t)
	t.Run("prod", func(t *testing.T) {
		t.Parallel()
		w.prod(t)
	})
	t.Run("dev", func(t *testing.T) {
		t.Parallel()
		w.dev(t)
	})
}

// prod is an environment with what the variables say by themselves.
func (w *world) prod(t *testing.T) {
	e := newEnvironment(t, "prod", w.variables("prod", ""), w.env)
	e.must("validate")
	whole := e.plan()
	e.exclude()
	e.apply()
	made := e.resources()
	t.Logf("%d of %d resources were made", len(made), len(whole))
	for _, c := range whole {
		if !slices.Contains(made, c.Address) && !strings.HasPrefix(c.Type, "aws_schemas_") {
			t.Errorf("%s is planned and not excluded, and was not made", c.Address)
		}
	}
	e.settled(t)
	w.smoke(t, e)
	e.settled(t)
	w.rebuild(t, e)
	e.refusesToBeDestroyed(t)
	e.set(w.variables("prod", generations(2, "1, 2")+"protect_data = false\n"))
	e.apply()
	w.destroy(t, e)
}

// dev is the example of an environment where things are tried: one key for all, and
// nothing is protected.
func (w *world) dev(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(root, "terraform", "examples", "environments", "dev.tfvars"))
	if err != nil {
		t.Fatal(err)
	}
	variables := strings.ReplaceAll(string(raw), "eu-central-1", emulator.Region) + "build_dir = \"" + w.zips + "\"\n"
	e := newEnvironment(t, "dev", variables, w.env)
	e.exclude()
	e.apply()
	t.Logf("%d resources were made", len(e.resources()))
	e.settled(t)
	w.smoke(t, e)
	w.anotherContract(t, e)
	e.keepsTheSharedKey(t, variables)
	w.destroy(t, e)
}
