package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/cli.md")

const docsFile = "../../docs/cli.md"

const docsIntro = `# The command line

Every command's own help, as the binary prints it. This file is made from it:
` + "`go test ./cmd/sealpost -run TestDocs -update`" + ` writes it, and the test fails when the two differ.

- Which server: ` + "`--server URL`" + `, or ` + "`SEALPOST_SERVER`" + `, or that of the last session, or http://127.0.0.1:8080. A host
  without a scheme is asked by https, this machine by http. There is one session for each server.
- Sessions are kept in ` + "`sealpost/`" + ` under your configuration folder (` + "`~/.config`" + ` on Linux), readable by you alone.
- Passwords are never arguments: they are typed at a prompt without echo, or are the first line of standard
  input, or ` + "`SEALPOST_PASSWORD`" + `.
- With ` + "`--json`" + ` standard output holds one JSON document, and an error is one line on standard error: a problem
  document (RFC 9457) with a stable ` + "`type`" + ` and the ` + "`exitCode`" + `.

`

func TestDocs(t *testing.T) {
	t.Setenv("COLUMNS", "100")
	got := docs(t)
	if *update {
		if err := os.WriteFile(docsFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(docsFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(kept), got); diff != "" {
		t.Errorf("docs/cli.md is behind the commands; write it with -update (-kept +made):\n%s", diff)
	}
}

func docs(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(docsIntro)
	fmt.Fprintf(&b, "## sealpost\n\n```\n%s```\n", helpOf(t))
	for _, name := range commandNames(t) {
		help := helpOf(t, strings.Fields(name)...)
		if !strings.Contains(help, "Example") {
			t.Errorf("the help of %s has no example", name)
		}
		fmt.Fprintf(&b, "\n## sealpost %s\n\n```\n%s```\n", name, help)
	}
	return b.String()
}

func commandNames(t *testing.T) (names []string) {
	t.Helper()
	parser, err := newParser(&bytes.Buffer{}, &bytes.Buffer{}, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, leaf := range parser.Model.Leaves(true) {
		names = append(names, strings.TrimPrefix(leaf.FullPath(), "sealpost "))
	}
	return names
}

func helpOf(t *testing.T, command ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), append(command, "--help"), nil, &stdout, &stderr); code != 0 || stderr.Len() > 0 {
		t.Fatalf("%v: exit %d, %s", command, code, stderr.String())
	}
	return stdout.String()
}
