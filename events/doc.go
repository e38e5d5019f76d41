// Package events is Sealpost's public contract: the domain events that its producers put on the bus, and how
// to decode them.
//
// A downstream system imports only this package. It provides the typed data of each event ([UserVerified],
// [MessageStored], ...), [DecodeDelivery] for a message in an SQS queue behind an EventBridge rule, and
// [Decode] for a bare source, detail type and detail. [Subscriptions] lists which of Sealpost's own consumers
// take which events.
//
// # The envelope
//
// On EventBridge an event has a Source ("sealpost.users" or "sealpost.messages"), a DetailType (the event's
// name) and a Detail:
//
//	{"metadata": {"id", "version", "time", "subject", ...}, "data": {...}}
//
// EventBridge neither orders nor deduplicates: an event may arrive twice, late, or before the event that
// caused it. metadata.id is the same in every copy of an event, so subscribers deduplicate by it.
//
// # Evolution
//
// A version of an event is permanent: its JSON Schema (schemas/NAME.vN.json) and its golden file
// (testdata/NAME.vN.json) are never deleted and never change in meaning, so an archive of any age replays
// through today's code. A type or version that this package does not know is [ErrUnknownEvent], never a
// silent skip.
//
// Adding an optional field that a reader may ignore keeps the version. A change that a reader of the old
// version would get wrong needs a new version: a removed field, a changed meaning, or a field to be checked
// before acting. To add one:
//
//  1. Change the type in types.go. Keep the old shape, unexported, in upcast.go, with a pure function that
//     converts it to the new one and claims nothing that the old data did not say.
//  2. Register both in definitions.go: the old version by from, the new one by as.
//  3. Add schemas/NAME.vN.json and testdata/NAME.vN.json; leave the old ones alone. Run go generate ./events,
//     which updates asyncapi.yaml.
//  4. Record the reason in docs/decisions (2026-11-24-userkeycreated-version-2.md is the first).
//  5. Deploy readers before writers. An event that reaches an old reader too early fails as
//     [ErrUnknownEvent], is parked, and is redriven once the reader is updated.
//
// No event carries a secret or personal data: no plaintext, filename, content type, e-mail address or token.
package events
