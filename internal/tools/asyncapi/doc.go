// Package asyncapi generates events/asyncapi.yaml, which describes the events on
// Sealpost's bus for event catalogues and code generators (AsyncAPI 3.0).
//
// It generates the document from the code (types, versions, sources), the JSON Schemas
// and the golden files, so the document says nothing else. `go generate ./events`
// updates it, and a test fails if it is out of date.
package asyncapi
