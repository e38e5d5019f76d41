// Package deployed creates the event side of a deployment in an emulator, as
// terraform/consumers.tf describes it, with generations of projections: bus, archive,
// rules from events/subscriptions/subscriptions.json, queues, tables, log groups and
// consumers. The consumers run in the test's process, behind their queues. Their
// external effects (keys, topics, mails) are counted.
package deployed
