// Package e2e has the test that runs the real functions, as Lambda runs them, in an
// emulator of AWS: the zips of make lambdas as processes under their own roles,
// behind the queues and rules that events/subscriptions/subscriptions.json asks for, with the
// policy documents that Terraform deploys. docs/aws-emulators.md says what the
// emulator does otherwise than AWS and how the test gets by.
package e2e
