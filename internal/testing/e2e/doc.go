// Package e2e has the test that runs the real functions, as Lambda runs them, in an AWS
// emulator: the zips of make lambdas as processes with their own roles, behind the
// queues and rules of events/subscriptions/subscriptions.json, with the policy
// documents that Terraform deploys. docs/aws-emulators.md says how the emulator differs
// from AWS and how the test copes.
package e2e
