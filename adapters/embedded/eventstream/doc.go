// Package eventstream lets other systems follow the event log over HTTP, as EventBridge rules do on AWS. GET
// /events answers with server-sent events (HTML Living Standard, section 9.2), each in EventBridge's
// envelope.
//
//   - registry.go and token.go: who may follow, by tokens of which only hashes are stored,
//   - request.go: the parameters,
//   - handler.go: authentication and limits,
//   - stream.go: what is sent, and how a stream ends.
//
// A cursor is a position in the log and the id of the last event seen. The server does not store a
// subscriber's progress. A subscriber stores its cursor together with its own work, and so misses nothing
// after a crash of either side. An event may come twice (with the same metadata.id), but never out of the
// log's order.
package eventstream
