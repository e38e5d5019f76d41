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
// in meaning. Adding an optional field keeps the version. Anything else is a
// new version, whose decoder is registered beside the old one in decode.go and
// turns the old data into the new type (an upcaster), so that an archive of
// any age replays through today's code. A type or version that this package
// does not know is [ErrUnknownEvent], never a silent skip.
//
// No event carries a secret or personal data: no plaintext, filename, content
// type, e-mail address or token.
package events
