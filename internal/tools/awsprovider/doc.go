// Package awsprovider builds hashicorp/aws, the real Terraform provider, for the
// services that Sealpost uses, so that `terraform apply` can run where there is no
// Terraform registry. Its source comes from the Go module proxy, pinned by version and
// checksum, and is in no go.mod of ours.
//
// All 250 services would take hours on a small machine. The kept packages are
// unchanged; only the code that registers them is reduced to them (cut.go). Package
// ec2, the largest, is replaced by a stub, because only functions in a VPC need it and
// ours are in none.
package awsprovider
