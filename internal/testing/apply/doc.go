// Package apply has the test that applies terraform/ with the real provider
// (internal/tools/awsprovider) to an emulator of AWS: from nothing, to a deployment that
// works, to the applies of a rebuild, and back to nothing. `make apply-emulated` runs
// it; it is no part of `make test`, because a first run builds the provider.
//
// The configuration is applied as it is. What the emulator lacks is made up for by
// the gateway in front of it (gateway_test.go), or is excluded by an override file
// under testdata/excluded with its reason. docs/aws-emulators.md says what was seen.
package apply
