// Package eventstream lets other systems follow the event log over HTTP, as rules on
// the bus do on AWS: GET /events answers with server-sent events (HTML Living
// Standard, section 9.2), each in EventBridge's envelope.
//
//   - registry.go and token.go: who may, by a token of which only the hash is kept,
//   - request.go: what a subscriber asks for,
//   - handler.go: who gets in, and how many,
//   - stream.go: what is sent, and how it ends.
//
// A cursor is a position in the log, the id of the event that was seen last. The
// server keeps nothing of a subscriber's progress: a subscriber stores its cursor
// together with what it did, and so misses nothing whatever happens to either side.
// Events may come twice (metadata.id tells), never out of the log's order.
package eventstream
