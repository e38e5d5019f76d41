// Package makefile tests what the targets of the Makefile for AWS do, with a terraform
// that writes down how it is called. What Terraform itself makes of it is tested in
// terraform/tests.
package makefile
