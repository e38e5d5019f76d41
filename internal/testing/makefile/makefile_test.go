package makefile_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sealpost/sealpost/adapters/aws/deployment"
)

// fake is a terraform that writes down its arguments, prints outputs, and fails at the
// command that FAIL names.
const fake = `#!/bin/sh
echo "$*" >>"$CALLS"
case "$*" in
  *"$FAIL"*) [ -z "$FAIL" ] || { echo "Error: $FAIL failed" >&2; exit 1; } ;;
esac
case "$*" in
  *"output -json"*) cat "$OUTPUTS" ;;
  *"output -raw protect_data"*) printf %s "$PROTECTED" ;;
  *"state list"*) printf '%s\n' 'module.shared_key[0].aws_kms_alias.this' 'module.shared_key[0].aws_kms_key.this' ;;
esac
`

// fakeSealpost writes its arguments down among terraform's calls, without the path of
// the outputs, and fails if FAIL is shred.
const fakeSealpost = `#!/bin/sh
grep -q key_admin_role_arn "$4" || exit 1
echo "-chdir=terraform sealpost $1 $2 $5 $6 as ${AWS_PROFILE:-nobody}" >>"$CALLS"
[ "$FAIL" != shred ]
`

const golden = "../../../adapters/aws/deployment/testdata/outputs.json"

type world struct {
	t       *testing.T
	dir     string
	outputs string
	input   string
	env     []string
}

func newWorld(t *testing.T, env ...string) world {
	t.Helper()
	w := world{t, t.TempDir(), golden, "yes\n", env}
	for name, script := range map[string]string{"terraform": fake, "sealpost": fakeSealpost} {
		if err := os.WriteFile(filepath.Join(w.dir, name), []byte(script), 0o700); err != nil { //nolint:gosec // it is run
			t.Fatal(err)
		}
	}
	return w
}

// make runs make with the fake terraform; what is built is taken to be built.
func (w world) make(arguments ...string) (string, error) {
	w.t.Helper()
	outputs, err := filepath.Abs(w.outputs)
	if err != nil {
		w.t.Fatal(err)
	}
	args := append([]string{"-C", "../../..", "-o", "lambdas", "-o", "build", "BUILD=" + filepath.Join(w.dir, "build")}, arguments...)
	cmd := exec.CommandContext(w.t.Context(), "make", args...) //nolint:gosec // fixed arguments
	cmd.Env = append(os.Environ(), "PATH="+w.dir+":"+os.Getenv("PATH"), "CALLS="+filepath.Join(w.dir, "calls"), "OUTPUTS="+outputs, "MAKEFLAGS=",
		"SEALPOST="+filepath.Join(w.dir, "sealpost"), "AWS_PROFILE=deployer")
	cmd.Stdin = strings.NewReader(w.input)
	cmd.Env = append(cmd.Env, w.env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	return out.String(), err
}

// calls are the calls of terraform, without the folder.
func (w world) calls() []string {
	w.t.Helper()
	raw, err := os.ReadFile(filepath.Join(w.dir, "calls"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		w.t.Fatal(err)
	}
	var calls []string
	for line := range strings.Lines(string(raw)) {
		folder, call, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !strings.HasPrefix(folder, "-chdir=") || !strings.HasSuffix(folder, "terraform") {
			w.t.Errorf("terraform was called elsewhere: %s", line)
		}
		calls = append(calls, call)
	}
	return calls
}

func (w world) called(want ...string) {
	w.t.Helper()
	if diff := cmp.Diff(want, w.calls()); diff != "" {
		w.t.Errorf("calls of terraform (-want +got):\n%s", diff)
	}
}

func (w world) stack() string { return filepath.Join(w.dir, "build", "stack.json") }

func TestDeployAppliesAndSaysWhatItMade(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if out, err := w.make("deploy", "TFVARS=dev.tfvars"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	w.called("init -input=false", "apply -var-file=dev.tfvars", "output -json")
	s, err := deployment.Load(w.stack())
	if err != nil {
		t.Fatal(err)
	}
	if s.BusName != "sealpost-dev" {
		t.Errorf("the bus is %q", s.BusName)
	}
}

// TestADeploymentThatFailsLeavesTheStackAlone: what operators read is what was there
// before.
func TestADeploymentThatFailsLeavesTheStackAlone(t *testing.T) {
	t.Parallel()
	for _, failing := range []string{"apply", "output -json"} {
		w := newWorld(t, "FAIL="+failing)
		if err := os.Mkdir(filepath.Join(w.dir, "build"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(w.stack(), []byte("before"), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := w.make("deploy"); err == nil {
			t.Errorf("make deploy did not fail:\n%s", out)
		}
		if left, err := os.ReadFile(w.stack()); err != nil || string(left) != "before" {
			t.Errorf("after %s failed, build/stack.json is %q, error %v", failing, left, err)
		}
	}
}

func TestDestroyRefusesWhileDataIsProtected(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "PROTECTED=true")
	w.outputs = protecting(t, w.dir)
	out, err := w.make("destroy", "TFVARS=prod.tfvars")
	if err == nil {
		t.Errorf("it was not refused:\n%s", out)
	}
	for _, said := range []string{"nothing was touched", "protect_data = false  into prod.tfvars", "make deploy TFVARS=prod.tfvars", "make destroy TFVARS=prod.tfvars"} {
		if !strings.Contains(out, said) {
			t.Errorf("it does not say %q:\n%s", said, out)
		}
	}
	w.called("init -input=false", "output -json", "output -raw protect_data")
}

func TestDestroyRemovesWhatIsNotProtected(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "PROTECTED=false")
	w.outputs = protecting(t, w.dir)
	if out, err := w.make("deploy"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := w.make("destroy", "TFVARS=dev.tfvars"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	w.called("init -input=false", "apply", "output -json",
		"init -input=false", "output -json", "output -raw protect_data", "state list",
		`destroy -auto-approve -var-file=dev.tfvars -target=module.consumer["userkey"]`,
		"sealpost keys shred --all --yes as deployer",
		"state rm module.shared_key[0].aws_kms_key.this",
		"destroy -auto-approve -var-file=dev.tfvars")
	if _, err := os.Stat(w.stack()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("build/stack.json is still there: %v", err)
	}
}

// TestDestroyKeepsTheKeyAdminsUntilKeysAreShredded: nobody else may delete users' keys.
func TestDestroyKeepsTheKeyAdminsUntilKeysAreShredded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "PROTECTED=false", "FAIL=shred", "SEALPOST_KEY_ADMIN_PROFILE=key-admin")
	w.outputs = protecting(t, w.dir)
	if out, err := w.make("destroy"); err == nil {
		t.Errorf("it went on:\n%s", out)
	}
	w.called("init -input=false", "output -json", "output -raw protect_data", "state list",
		`destroy -auto-approve -target=module.consumer["userkey"]`, "sealpost keys shred --all --yes as key-admin")
}

// TestDestroyGoesOnAfterKeysAreShredded: outputs are the first to go when everything is
// destroyed.
func TestDestroyGoesOnAfterKeysAreShredded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.outputs = filepath.Join(w.dir, "outputs.json")
	if err := os.WriteFile(w.outputs, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := w.make("destroy"); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	w.called("init -input=false", "output -json", "state list", "state rm module.shared_key[0].aws_kms_key.this", "destroy -auto-approve")
}

func TestDestroyAsks(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"no\n", "", "YES\n"} {
		w := newWorld(t, "PROTECTED=false")
		w.outputs, w.input = protecting(t, w.dir), answer
		if out, err := w.make("destroy"); err == nil || !strings.Contains(out, "nothing was touched") {
			t.Errorf("%q: %v\n%s", answer, err, out)
		}
		w.called("init -input=false", "output -json", "output -raw protect_data", "state list")
	}
}

// TestDestroyStopsWhenItCannotTell: a state that cannot be read is not one without
// protection.
func TestDestroyStopsWhenItCannotTell(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "FAIL=output -json")
	if out, err := w.make("destroy"); err == nil {
		t.Errorf("it went on:\n%s", out)
	}
	w.called("init -input=false", "output -json")
}

// protecting is the outputs with the one that says whether data is protected.
func protecting(t *testing.T, dir string) string {
	t.Helper()
	raw, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	with := strings.Replace(string(raw), "{", `{"protect_data": {"sensitive": false, "type": "bool", "value": true},`, 1)
	path := filepath.Join(dir, "outputs.json")
	if err := os.WriteFile(path, []byte(with), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
