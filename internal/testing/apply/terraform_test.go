//go:build apply

package apply

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// environment is one environment of the deployment: a copy of the configuration with
// its own state and variables.
type environment struct {
	t    testing.TB
	name string
	dir  string // where the sources are, as in the repository
	env  []string
}

// terraform is the folder of the root module.
func (e *environment) terraform() string { return filepath.Join(e.dir, "terraform") }

// newEnvironment copies the sources and initialises Terraform.
func newEnvironment(t testing.TB, name, variables string, env []string) *environment {
	t.Helper()
	e := &environment{t: t, name: name, dir: t.TempDir(), env: env}
	for _, folder := range []string{"terraform", "api", "events", "web"} {
		copyTree(t, filepath.Join(root, folder), filepath.Join(e.dir, folder))
	}
	copyTree(t, filepath.Join("testdata", "provider"), e.terraform())
	e.set(variables)
	e.must("init", "-input=false")
	return e
}

// set changes the environment's variables.
func (e *environment) set(variables string) {
	e.t.Helper()
	if err := os.WriteFile(filepath.Join(e.terraform(), "emulated.tfvars"), []byte(variables), 0o600); err != nil {
		e.t.Fatal(err)
	}
}

// exclude leaves out what the emulator lacks.
func (e *environment) exclude() {
	e.t.Helper()
	copyTree(e.t, filepath.Join("testdata", "excluded"), e.terraform())
}

// run runs a terraform command and returns what it printed and its exit code. All of
// it is kept under .cache/apply.
func (e *environment) run(args ...string) (string, int) {
	e.t.Helper()
	return e.start(nil, "terraform", append([]string{"-chdir=" + e.terraform()}, args...)...)
}

func (e *environment) start(input io.Reader, program string, args ...string) (string, int) {
	e.t.Helper()
	cmd := exec.CommandContext(e.t.Context(), program, args...)
	cmd.Env = append(os.Environ(), e.env...)
	cmd.Env = append(cmd.Env, "TERRAFORM_DIR="+e.terraform())
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) } // it puts its state away
	cmd.WaitDelay = time.Minute
	cmd.Stdin = input
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	started := time.Now()
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		e.t.Fatalf("%s: %v", program, err)
	}
	logs := filepath.Join(root, ".cache", "apply", e.name)
	words := slices.DeleteFunc(slices.Clone(args), func(a string) bool { return strings.HasPrefix(a, "-") || strings.Contains(a, "/") })
	file := filepath.Join(logs, started.Format("150405.000")+"-"+strings.Join(append([]string{filepath.Base(program)}, words...), "-")+".log")
	if err := errors.Join(os.MkdirAll(logs, 0o750), os.WriteFile(file, append(out.Bytes(), errs.Bytes()...), 0o600)); err != nil {
		e.t.Error(err)
	}
	e.t.Logf("%s: %s %s: exit %d after %v", e.name, filepath.Base(program), strings.Join(words, " "), cmd.ProcessState.ExitCode(),
		time.Since(started).Round(100*time.Millisecond))
	if program == "terraform" && exit != nil && cmd.ProcessState.ExitCode() == 1 {
		e.t.Logf("%s", errs.String())
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// must runs a terraform command that has to succeed.
func (e *environment) must(args ...string) string {
	e.t.Helper()
	out, code := e.run(args...)
	if code != 0 {
		e.t.Fatalf("%s: terraform %s failed", e.name, args[0])
	}
	return out
}

// apply applies the configuration with the variables that are set.
func (e *environment) apply() {
	e.t.Helper()
	// Nothing is far away here, and the provider rests for half a minute at every queue.
	e.must("apply", "-input=false", "-auto-approve", "-no-color", "-parallelism=64", "-var-file=emulated.tfvars")
}

// change is what a plan does to one resource.
type change struct {
	Address string
	Type    string
	Change  struct {
		Actions       []string
		Before, After map[string]any
	}
}

// action is create, update, delete or replace.
func (c change) action() string {
	if len(c.Change.Actions) == 2 {
		return "replace"
	}
	return c.Change.Actions[0]
}

// plan returns the changes that an apply would make, of resources alone.
func (e *environment) plan() []change {
	e.t.Helper()
	file := filepath.Join(e.dir, "plan")
	out, code := e.run("plan", "-input=false", "-no-color", "-detailed-exitcode", "-parallelism=64", "-var-file=emulated.tfvars", "-out="+file)
	if code == 1 {
		e.t.Fatalf("%s: no plan:\n%s", e.name, out)
	}
	var planned struct {
		ResourceChanges []change `json:"resource_changes"`
	}
	if err := json.Unmarshal([]byte(e.must("show", "-json", file)), &planned); err != nil {
		e.t.Fatal(err)
	}
	changes := slices.DeleteFunc(planned.ResourceChanges, func(c change) bool {
		return slices.Equal(c.Change.Actions, []string{"no-op"}) || slices.Equal(c.Change.Actions, []string{"read"})
	})
	if (code == 2) != (len(changes) > 0) {
		e.t.Logf("%s: exit code %d of a plan with %d changes: outputs alone", e.name, code, len(changes))
	}
	return changes
}

// output writes what make stack writes, and returns its path.
func (e *environment) output() string {
	e.t.Helper()
	file := filepath.Join(e.dir, "stack.json")
	if err := os.WriteFile(file, []byte(e.must("output", "-json")), 0o600); err != nil {
		e.t.Fatal(err)
	}
	return file
}

// resources are the addresses of all that is in the state and can be destroyed.
func (e *environment) resources() []string {
	e.t.Helper()
	return slices.DeleteFunc(strings.Fields(e.must("state", "list")), func(address string) bool {
		return strings.HasPrefix(address, "data.") || strings.Contains(address, ".data.")
	})
}

// copyTree copies sources, without what Terraform keeps beside them.
func copyTree(t testing.TB, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if name == ".terraform" {
			return fs.SkipDir
		}
		if entry.IsDir() || strings.HasPrefix(name, ".terraform.") || strings.Contains(name, ".tfstate") || strings.HasSuffix(name, ".tfvars") {
			return nil
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
			return err
		}
		return os.WriteFile(target, raw, info.Mode().Perm())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// providerConfig makes Terraform take the provider that was built, and no other.
func providerConfig(t testing.TB, binary, version, platform string) string {
	t.Helper()
	mirror := t.TempDir()
	folder := filepath.Join(mirror, "registry.terraform.io", "hashicorp", "aws", version, platform)
	rc := filepath.Join(mirror, "terraformrc")
	err := errors.Join(
		os.MkdirAll(folder, 0o750),
		os.Symlink(binary, filepath.Join(folder, filepath.Base(binary))),
		os.WriteFile(rc, []byte("provider_installation {\n  filesystem_mirror {\n    path = \""+mirror+"\"\n  }\n}\n"), 0o600),
	)
	if err != nil {
		t.Fatal(err)
	}
	return rc
}
