package main

import (
	"archive/zip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestSettings keeps the starts from failing when a function comes to require
// another variable; that the document is right is tested in internal/tools/lambdas.
func TestSettings(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile("../docs/aws-functions.md")
	if err != nil {
		t.Fatal(err)
	}
	required, _, found := strings.Cut(string(document), "\nOptional:")
	rows := regexp.MustCompile("(?m)^\\| `(SEALPOST_[A-Z_]+)` \\|").FindAllStringSubmatch(required, -1)
	if !found || len(rows) == 0 {
		t.Fatal("the document has no table of required variables")
	}
	for _, row := range rows {
		if !slices.ContainsFunc(settings, func(s string) bool { return strings.HasPrefix(s, row[1]+"=") }) {
			t.Errorf("the settings lack %s", row[1])
		}
	}
}

func TestTheSlowestFunctionIsComparedByItsMedian(t *testing.T) {
	t.Parallel()
	of := func(name string, memory int64, milliseconds ...int) *function {
		f := &function{name: name, memory: []int64{memory}}
		for _, n := range milliseconds {
			f.polls = append(f.polls, time.Duration(n)*time.Millisecond)
		}
		return f
	}
	var figures table
	addStarts(&figures, of(helloWorld, 5e6, 4, 2, 900), []*function{
		of("steady", 6e6, 10, 11, 9), of("once-slow", 20e6, 5, 999, 5),
	})
	want := []row{
		{"start to first poll, the slowest of 2 functions", "2.5× hello-world", "≤ 3×", "steady 10.0 ms, hello-world 4.0 ms: medians of 25 starts in turns"},
		{"memory at the first poll, the largest", "4.0× hello-world", "", "VmRSS: once-slow 20.0 MB, hello-world 5.0 MB"},
	}
	if !slices.Equal(figures.rows, want) {
		t.Errorf("rows %+v, want %+v", figures.rows, want)
	}
}

func TestUnpackTakesOneExecutable(t *testing.T) {
	t.Parallel()
	for files, ok := range map[string]bool{"bootstrap": true, "bootstrap,more": false} {
		path := filepath.Join(t.TempDir(), "bootstrap")
		err := unpack(zipOf(t, strings.Split(files, ",")), path)
		if (err == nil) != ok {
			t.Errorf("%s: error %v", files, err)
		}
		if info, err := os.Stat(path); ok && (err != nil || info.Mode().Perm() != 0o700) {
			t.Errorf("%s: %v, error %v", files, info, err)
		}
	}
}

func zipOf(t *testing.T, names []string) string {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "function.zip"))
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(f)
	for _, name := range names {
		if _, err := w.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

func TestChoose(t *testing.T) {
	t.Parallel()
	for only, want := range map[string]string{
		"the functions": "the functions",
		"posts":         "the machine, posts", // whose ratios would be to nothing
	} {
		chosen, err := choose(options{only: only})
		var names []string
		for _, s := range chosen {
			names = append(names, s.name)
		}
		if got := strings.Join(names, ", "); err != nil || got != want {
			t.Errorf("%q: %s, error %v, want %s", only, got, err, want)
		}
	}
	if all, err := choose(options{}); err != nil || len(all) != len(steps) {
		t.Errorf("all: %d of %d steps, error %v", len(all), len(steps), err)
	}
	if _, err := choose(options{only: "nothing"}); err == nil || !strings.Contains(err.Error(), `"the functions"`) {
		t.Errorf("error %v", err)
	}
	both, err := choose(options{against: "other"})
	if err != nil || len(both) != 1 || both[0].name != "posts in turns" {
		t.Errorf("against: %v, error %v", both, err)
	}
	if _, err := choose(options{against: "other", only: "posts"}); err == nil {
		t.Error("-only and -against together")
	}
}
