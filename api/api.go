// Package api holds the REST contract, openapi.yaml, as Terraform imports it and
// the embedded gateway reads it.
package api

import _ "embed"

// OpenAPI is the contract, OpenAPI 3.0.1 in YAML.
//
//go:embed openapi.yaml
var OpenAPI []byte
