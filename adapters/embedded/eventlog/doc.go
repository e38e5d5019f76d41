// Package eventlog is the bus of the embedded backend: an append-only table of events, and a dispatcher that
// delivers them to the consumers.
//
// It replaces EventBridge, its archive and one SQS queue per consumer, with the same guarantees: a published
// event is never lost, and every subscribed consumer gets it at least once. Consumers get decoded events; on
// AWS internal/delivery decodes them from SQS messages.
//
// Each consumer reads the log from its own checkpoint. A failed delivery is set aside, retried with growing
// pauses, and finally parked in the dead-letter table with its reason. The checkpoint moves on meanwhile, so
// nothing waits behind a failure. The log is also the archive and is never truncated.
package eventlog
