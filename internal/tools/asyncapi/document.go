package asyncapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"

	yaml "go.yaml.in/yaml/v4"

	"github.com/sealpost/sealpost/events"
)

// object is a mapping that is written with sorted keys, so that the output is stable.
type object = map[string]any

// document is the root. A struct keeps the order that readers expect.
type document struct {
	AsyncAPI           string     `json:"asyncapi"`
	Info               info       `json:"info"`
	DefaultContentType string     `json:"defaultContentType"`
	Channels           object     `json:"channels"`
	Operations         object     `json:"operations"`
	Components         components `json:"components"`
}

type info struct {
	Title       string `json:"title"`
	Version     string `json:"version"`
	Description string `json:"description"`
}

type components struct {
	Messages object `json:"messages"`
	Schemas  object `json:"schemas"`
}

// about is the document's description.
const about = `The domain events of Sealpost. Each arrives in EventBridge's envelope: from a queue behind a rule on AWS, and as the data
of a server-sent event from GET /events of an embedded server. Every event may come twice, late, or before the one that it follows;
detail.metadata.id is the same in every copy of one event. A version is for ever: old ones keep decoding and stay here.
Made from events/schemas and events/testdata by "go generate ./events"; do not edit.`

// header is the first line of the file.
const header = "# Made by \"go generate ./events\". Do not edit.\n"

// Generate returns the document. The file system has the golden files under testdata/,
// like package events.
func Generate(golden fs.FS) ([]byte, error) {
	doc := document{
		AsyncAPI:           "3.0.0",
		Info:               info{"Sealpost events", "1.0.0", about},
		DefaultContentType: "application/json",
		Channels:           object{}, Operations: object{},
		Components: components{Messages: object{}, Schemas: object{}},
	}
	for _, name := range events.Types() {
		for _, version := range events.Versions(name) {
			if err := doc.add(name, version, golden); err != nil {
				return nil, fmt.Errorf("describing %s version %d: %w", name, version, err)
			}
		}
	}
	return toYAML(doc)
}

// add describes one version of one event.
func (doc *document) add(name events.Type, version int, golden fs.FS) error {
	key := fmt.Sprintf("%s.v%d", name, version)
	raw, err := events.Schema(name, version)
	if err != nil {
		return err
	}
	var schema object
	if err := json.Unmarshal(raw, &schema); err != nil {
		return fmt.Errorf("reading the schema: %w", err)
	}
	// Inside another document, $id would change the base of each $ref.
	delete(schema, "$id")
	delete(schema, "$schema")
	example, err := exampleOf(golden, key)
	if err != nil {
		return err
	}
	summary, _ := schema["description"].(string)
	if versions := events.Versions(name); version != versions[len(versions)-1] {
		summary += " Superseded: only archives have it, and they for ever."
	}
	doc.Components.Schemas[key] = schema
	doc.Components.Schemas[key+".envelope"] = envelope(name, key)
	doc.Components.Messages[key] = object{
		"name": string(name), "title": fmt.Sprintf("%s, version %d", name, version), "summary": summary,
		"payload":  ref("schemas", key+".envelope"),
		"examples": []any{object{"name": "golden", "payload": example}},
	}
	doc.carry(events.SourceOf(name), key)
	return nil
}

// carry puts a message on the channel of its source.
func (doc *document) carry(source, key string) {
	channel, ok := doc.Channels[source].(object)
	if !ok {
		channel = object{
			"address": source, "messages": object{},
			"description": "Events whose source is " + source + ". The address is the source, which rules match; all of them are on one bus.",
		}
		doc.Channels[source] = channel
		doc.Operations["publish."+source] = object{
			"action": "send", "channel": object{"$ref": "#/channels/" + source}, "summary": "Sealpost publishes what happened.",
		}
	}
	if messages, ok := channel["messages"].(object); ok {
		messages[key] = ref("messages", key)
	}
}

func ref(kind, key string) object { return object{"$ref": "#/components/" + kind + "/" + key} }

// exampleOf returns a golden file in an envelope.
func exampleOf(golden fs.FS, key string) (object, error) {
	raw, err := fs.ReadFile(golden, "testdata/"+key+".json")
	if err != nil {
		return nil, fmt.Errorf("reading the golden file: %w", err)
	}
	example := object{
		"id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "version": "0", "account": "123456789012", "region": "eu-central-1",
		"time": "2026-11-24T09:30:01Z", "resources": []any{},
	}
	if err := json.Unmarshal(raw, &example); err != nil {
		return nil, fmt.Errorf("reading the golden file: %w", err)
	}
	return example, nil
}

// envelope is the schema of EventBridge's envelope around the event (Amazon EventBridge
// user guide, "Event structure"). EventBridge may add other fields.
func envelope(name events.Type, key string) object {
	text := func(description string) object { return object{"type": "string", "description": description} }
	return object{
		"title": string(name) + " in EventBridge's envelope", "type": "object",
		"required": []string{"id", "version", "source", "detail-type", "account", "region", "time", "resources", "detail"},
		"properties": object{
			"id":          text("EventBridge's own, another for every publication: do not deduplicate by it."),
			"version":     text("Of the envelope."),
			"source":      object{"const": events.SourceOf(name)},
			"detail-type": object{"const": string(name)},
			"account":     text("The AWS account; \"embedded\" from an embedded server."),
			"region":      text("The AWS region; \"local\" from an embedded server."),
			"time":        object{"type": "string", "format": "date-time", "description": "When it was published."},
			"resources":   object{"type": "array", "items": object{"type": "string"}},
			"detail":      ref("schemas", key),
			"replay-name": text("Set when the event comes from a replay of the archive: cause no side effect then."),
		},
	}
}

// toYAML converts by way of JSON, which has sorted keys and the field names of the
// wire.
func toYAML(doc document) ([]byte, error) {
	raw, err := json.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("writing the document: %w", err)
	}
	var node yaml.Node
	if err := yaml.Unmarshal(raw, &node); err != nil {
		return nil, fmt.Errorf("writing the document: %w", err)
	}
	block(&node)
	out := bytes.NewBufferString(header)
	enc := yaml.NewEncoder(out)
	enc.SetIndent(2)
	if err := enc.Encode(&node); err != nil {
		return nil, fmt.Errorf("writing the document: %w", err)
	}
	if err := enc.Close(); err != nil {
		return nil, fmt.Errorf("writing the document: %w", err)
	}
	return out.Bytes(), nil
}

// block removes JSON's braces and quotes. The encoder quotes strings again where YAML
// needs it.
func block(n *yaml.Node) {
	n.Style = 0
	for _, child := range n.Content {
		block(child)
	}
}
