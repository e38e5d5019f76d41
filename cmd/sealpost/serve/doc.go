// Package serve runs all of Sealpost in one process: the embedded backend. It only
// wires. The handlers are those that run on AWS, and the adapters are those of
// adapters/embedded.
//
//	home.go       opens everything that keeps state
//	functions.go  producers and queries behind the gateway
//	reactions.go  consumers behind the event log, and the scheduled functions
//	routes.go     routes besides the REST API
//	run.go        start, serve, stop
package serve
