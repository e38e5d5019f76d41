// Package makefile tests the Makefile's targets for AWS with a fake terraform that
// records its calls. terraform/tests tests Terraform itself.
package makefile
