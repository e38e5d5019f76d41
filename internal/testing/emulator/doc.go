// Package emulator gives tests an AWS endpoint: ministack, and moto where it is
// the more faithful one (docs/aws-emulators.md says which is used for what, and
// what neither does as AWS does).
//
// Both come from PyPI, pinned with hashes in requirements.txt. The first test
// that needs one makes a Python virtual environment under .cache/emulators;
// every later one, of any package, finds it there. A server starts once per
// test process, on a free loopback port. A package that uses one ends it in its
// TestMain:
//
//	func TestMain(m *testing.M) { os.Exit(emulator.Run(m)) }
//
// A server that does not start fails the test with the server's log: a skipped
// test would look like a passed one.
package emulator
