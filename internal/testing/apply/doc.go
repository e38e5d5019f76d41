// Package apply has the test that applies terraform/ with the real provider
// (internal/tools/awsprovider) to an AWS emulator: from nothing to a working
// deployment, through the applies of a rebuild, and back to nothing. `make
// apply-emulated` runs it. It is not part of `make test`, because the first run builds
// the provider.
//
// The configuration is applied unchanged. For features that the emulator lacks, the
// gateway in front of it stands in (gateway_test.go), or an override file under
// testdata/excluded excludes them, with its reason. docs/aws-emulators.md has the
// results.
package apply
