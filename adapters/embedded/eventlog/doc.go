// Package eventlog is the bus of the embedded backend: an append-only table of
// events, and a dispatcher that hands them to the consumers.
//
// It does what EventBridge, its archive and one SQS queue per consumer do on
// AWS, with the same promises and no more: an event that was published is never
// lost, and every subscribed consumer gets it at least once. Consumers see
// decoded events; what SQS adds on AWS, internal/delivery takes off there.
//
// Each consumer reads the log from a checkpoint of its own. What fails is set
// aside and tried again later with growing pauses, and in the end parked in the
// dead-letter table with its reason; the checkpoint moves on meanwhile, so nothing
// waits behind it. The log is also the archive: it is never truncated.
package eventlog
