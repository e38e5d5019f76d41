// Package deployed makes the react side of a deployment in an emulator, as
// terraform/consumers.tf describes it, with generations of projections: bus, archive,
// rules by events/subscriptions/subscriptions.json, queues, tables, log groups, and the consumers,
// which run in the test's own process behind their queues. What they would do to the
// world outside (keys, topics, mails) is counted.
package deployed
