// Package emulator gives tests an AWS endpoint: ministack, or moto where moto is closer
// to AWS. docs/aws-emulators.md says which is used for what, and where both differ from
// AWS.
//
// Both come from PyPI, pinned with hashes in requirements.txt. The first test that
// needs one creates a Python virtual environment under .cache/emulators, and later
// tests of all packages reuse it. A server starts once per test process, on a free
// loopback port. A package that uses one ends it in its TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(emulator.Run(m)) }
//
// A server that does not start fails the test with the server's log, because a skipped
// test would look like a passed one.
package emulator
