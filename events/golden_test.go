package events_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sealpost/sealpost/events"
)

// golden is a file of testdata: an event as it goes on the bus.
type golden struct {
	Source     string          `json:"source"`
	DetailType string          `json:"detail-type"`
	Detail     json.RawMessage `json:"detail"`
}

func readGolden(t testing.TB, name events.Type, version int) golden {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", fmt.Sprintf("%s.v%d.json", name, version)))
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(raw, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// everyVersion runs a test for every version of every event that exists.
func everyVersion(t *testing.T, test func(t *testing.T, name events.Type, version int)) {
	t.Helper()
	for _, name := range events.Types() {
		for _, version := range events.Versions(name) {
			t.Run(fmt.Sprintf("%s.v%d", name, version), func(t *testing.T) {
				t.Parallel()
				test(t, name, version)
			})
		}
	}
}

func TestGoldenFilesDecode(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, name events.Type, version int) {
		g := readGolden(t, name, version)
		ev, err := events.Decode(g.Source, g.DetailType, g.Detail)
		if err != nil {
			t.Fatal(err)
		}
		if ev.Type() != name || ev.Source() != g.Source {
			t.Errorf("decoded %s from %s, want %s from %s", ev.Type(), ev.Source(), name, g.Source)
		}
	})
}

// What is written today has to be what was written when the golden file was made,
// field by field and in the same order: others parse it too.
func TestNewestGoldenFilesAreReproduced(t *testing.T) {
	t.Parallel()
	for _, name := range events.Types() {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			versions := events.Versions(name)
			g := readGolden(t, name, versions[len(versions)-1])
			ev, err := events.Decode(g.Source, g.DetailType, g.Detail)
			if err != nil {
				t.Fatal(err)
			}
			got, err := events.EncodeDetail(ev)
			if err != nil {
				t.Fatal(err)
			}
			var want bytes.Buffer
			if err := json.Compact(&want, g.Detail); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.String(), string(got)); diff != "" {
				t.Errorf("wire form changed (-golden +got):\n%s", diff)
			}
		})
	}
}

func compileSchema(t testing.TB, name events.Type, version int) *jsonschema.Schema {
	t.Helper()
	raw, err := events.Schema(name, version)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.AssertContent()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(t testing.TB, schema *jsonschema.Schema, raw []byte) error {
	t.Helper()
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(instance)
}

func TestGoldenFilesMatchTheirSchemas(t *testing.T) {
	t.Parallel()
	everyVersion(t, func(t *testing.T, name events.Type, version int) {
		if err := validate(t, compileSchema(t, name, version), readGolden(t, name, version).Detail); err != nil {
			t.Error(err)
		}
	})
}

// A file that nobody reads is a version that somebody forgot to register.
func TestEveryFileBelongsToAVersion(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, name := range events.Types() {
		for _, version := range events.Versions(name) {
			known[fmt.Sprintf("%s.v%d.json", name, version)] = true
		}
	}
	for _, folder := range []string{"testdata", "schemas"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != len(known) {
			t.Errorf("%s has %d files, want %d", folder, len(files), len(known))
		}
		for _, f := range files {
			if !known[filepath.Base(f)] {
				t.Errorf("%s belongs to no version", f)
			}
		}
	}
}
