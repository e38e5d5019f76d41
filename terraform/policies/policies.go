// Package policies has the policy documents that a program renders. Terraform and
// tools/iamcheck read the same files.
package policies

import _ "embed"

// UserKey is the template of the policy of one user's key.
//
//go:embed user-key.json.tftpl
var UserKey string
