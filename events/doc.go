// Package events is Sealpost's public contract: the domain events that its
// producers put on the bus, and how to decode them again.
//
// A downstream system imports this package alone. It gets the typed data of
// each event ([UserVerified], [MessageStored], ...), [DecodeDelivery] for what
// arrives in an SQS queue behind an EventBridge rule, and [Decode] for a bare
// source, detail type and detail. [Subscriptions] says which of Sealpost's own
// consumers take which events.
//
// # The envelope
//
// On EventBridge an event has a Source ("sealpost.users" or
// "sealpost.messages"), a DetailType (the event's name) and a Detail:
//
//	{"metadata": {"id", "version", "time", "subject", ...}, "data": {...}}
//
// EventBridge neither orders nor deduplicates: every event may come twice,
// late, or before the one that it follows. metadata.id is the same in every
// copy of one event, so it is what a subscriber deduplicates by.
//
// # Evolution
//
// A version of an event is for ever: its JSON Schema (schemas/NAME.vN.json) and
// its golden file (testdata/NAME.vN.json) are never deleted and never changed
// in meaning, so that an archive of any age replays through today's code. A type
// or version that this package does not know is [ErrUnknownEvent], never a silent
// skip.
//
// Adding an optional field that a reader may ignore keeps the version. Anything
// that a reader of the old version would get wrong is a new one: a field that goes,
// changes its meaning, or has to be looked at before acting. To make one:
//
//  1. Change the type in types.go; keep the old shape, unexported, in upcast.go, with
//     a function that turns it into the new one. It is pure, and claims nothing that
//     the old data did not say.
//  2. Register both in definitions.go: the old version by from, the new one by as.
//  3. Add schemas/NAME.vN.json and testdata/NAME.vN.json; leave the old ones alone.
//     Run go generate ./events, which brings asyncapi.yaml up to date.
//  4. Say why in docs/decisions (2026-11-24-userkeycreated-version-2.md is the first).
//  5. Deploy what reads before what writes. What an old reader meets too early fails
//     as [ErrUnknownEvent], is parked, and is redriven once the reader is new.
//
// No event carries a secret or personal data: no plaintext, filename, content
// type, e-mail address or token.
package events
