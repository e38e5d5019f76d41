// Package rest is the REST contract's share of every API handler: who calls,
// what a page request looks like, how an answer and a problem are written.
//
// A handler is an [Endpoint]; [Handle] makes it a Lambda proxy function. The
// gateway in front (API Gateway or the embedded one) has checked the token, but
// it checks parameters only for presence, so everything a caller can write is
// checked here or in the endpoint, in both homes alike.
package rest
