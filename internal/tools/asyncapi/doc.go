// Package asyncapi writes events/asyncapi.yaml: what Sealpost puts on its bus, in
// the form that event catalogues and code generators read (AsyncAPI 3.0).
//
// The document is made from what the code knows (types, versions, sources), the
// JSON Schemas and the golden files, so it says nothing that they do not. `go
// generate ./events` writes it anew; a test fails when it is behind.
package asyncapi
