// Package awsprovider builds hashicorp/aws, the real Terraform provider, for the
// services that Sealpost uses, so that `terraform apply` can be tried where there
// is no Terraform registry. Its source comes from the Go module proxy, pinned by
// version and checksum; it enters no go.mod of ours.
//
// All 250 services would take hours on a small machine. What is kept are whole
// packages of the provider, unchanged, with what registers them cut down to them
// (cut.go). The one package of which only a stub is left is ec2: it is the largest,
// and needed by functions in a VPC alone, which ours are not in.
package awsprovider
