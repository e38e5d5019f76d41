package client

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/sealpost/sealpost/cmd/sealpost/cli"
)

type versionCmd struct {
	cli.JSONFlag
}

func (versionCmd) Help() string {
	return `Example:

	sealpost version --json`
}

// build is the result of version. Servers see it as the user agent.
type build struct {
	Version string `json:"version"`
	// Commit and Time are empty if the binary was not built from a repository.
	Commit   string `json:"commit,omitempty"`
	Time     string `json:"time,omitempty"`
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// Run shows what the Go toolchain stamped into the binary.
func (c *versionCmd) Run(env *Env) error {
	b := buildInfo()
	text := "sealpost " + b.Version
	if b.Commit != "" {
		text += fmt.Sprintf("\ncommit %s of %s", b.Commit, b.Time)
	}
	if b.Modified {
		text += ", with changes that are not committed"
	}
	return env.Result(b, text+fmt.Sprintf("\n%s %s", b.Go, b.Platform))
}

func buildInfo() build {
	b := build{Version: "unknown", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	b.Version = cmp.Or(info.Main.Version, "(devel)")
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}
