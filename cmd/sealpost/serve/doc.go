// Package serve runs all of Sealpost in one process: the embedded home. It only
// wires: the handlers are those that run on AWS, the adapters are those of
// adapters/embedded.
//
//	home.go       opens what keeps state
//	functions.go  producers and queries behind the gateway
//	reactions.go  consumers behind the event log, and the scheduled functions
//	routes.go     what is served beside the REST API
//	run.go        start, serve, stop
package serve
