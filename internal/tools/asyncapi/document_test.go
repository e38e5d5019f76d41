package asyncapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	yaml "go.yaml.in/yaml/v4"

	"github.com/sealpost/sealpost/events"
	"github.com/sealpost/sealpost/internal/tools/asyncapi"
)

const folder = "../../../events"

func kept(t *testing.T) []byte {
	t.Helper()
	raw, err := os.ReadFile(folder + "/asyncapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestTheDocumentIsCurrent(t *testing.T) {
	t.Parallel()
	made, err := asyncapi.Generate(os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(kept(t)), string(made)); diff != "" {
		t.Errorf("events/asyncapi.yaml is behind; write it with go generate ./events (-kept +made):\n%s", diff)
	}
}

// parsed is the file as other programs see it.
func parsed(t *testing.T) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := yaml.Unmarshal(kept(t), &doc); err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return generic(t, raw)
}

// generic is JSON as the validator wants it.
func generic(t *testing.T, raw []byte) map[string]any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	m, ok := v.(map[string]any)
	if !ok {
		t.Fatalf("not an object: %s", raw)
	}
	return m
}

// at goes down a path of keys.
func at(t *testing.T, v any, path ...string) any {
	t.Helper()
	for _, key := range path {
		m, ok := v.(map[string]any)
		if !ok || m[key] == nil {
			t.Fatalf("there is no %s in %v", key, path)
		}
		v = m[key]
	}
	return v
}

// payload compiles the schema that the document gives to a message.
func payload(t *testing.T, doc map[string]any, message string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("doc.json", doc); err != nil {
		t.Fatal(err)
	}
	pointer, ok := at(t, doc, "components", "messages", message, "payload", "$ref").(string)
	if !ok {
		t.Fatal("the payload is no reference")
	}
	schema, err := c.Compile("doc.json" + pointer)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func goldenDelivery(t *testing.T, message string) map[string]any {
	t.Helper()
	raw, err := os.ReadFile(folder + "/testdata/" + message + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var d events.Delivery
	if err := json.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	d.ID, d.Version, d.Resources = "log-1", "0", []string{}
	if raw, err = json.Marshal(d); err != nil {
		t.Fatal(err)
	}
	return generic(t, raw)
}

// Every version is there, takes its golden file as this code puts it on the wire,
// takes its own example, and refuses what is not it.
func TestGoldenFilesFitTheDocument(t *testing.T) {
	t.Parallel()
	doc := parsed(t)
	for _, name := range events.Types() {
		for _, version := range events.Versions(name) {
			message := fmt.Sprintf("%s.v%d", name, version)
			t.Run(message, func(t *testing.T) {
				t.Parallel()
				at(t, doc, "channels", events.SourceOf(name), "messages", message)
				schema := payload(t, doc, message)
				golden := goldenDelivery(t, message)
				if err := schema.Validate(golden); err != nil {
					t.Error(err)
				}
				examples, ok := at(t, doc, "components", "messages", message, "examples").([]any)
				if !ok || len(examples) == 0 {
					t.Error("no example")
				}
				for _, example := range examples {
					if err := schema.Validate(at(t, example, "payload")); err != nil {
						t.Error(err)
					}
				}
				for _, part := range []string{"detail", "source", "detail-type"} {
					spoilt := map[string]any{}
					for k, v := range golden {
						spoilt[k] = v
					}
					spoilt[part] = map[string]any{"metadata": map[string]any{}}
					if schema.Validate(spoilt) == nil {
						t.Errorf("a bad %s is accepted", part)
					}
				}
			})
		}
	}
}

func TestEveryReferenceLeadsSomewhere(t *testing.T) {
	t.Parallel()
	doc := parsed(t)
	found := 0
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				found++
				at(t, doc, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
			}
			for _, child := range v {
				walk(child)
			}
		case []any:
			for _, child := range v {
				walk(child)
			}
		}
	}
	walk(doc)
	if found < 3*len(events.Types()) {
		t.Errorf("found %d references only", found)
	}
}
