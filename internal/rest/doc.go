// Package rest is the part of the REST contract that all API handlers share: the
// caller, page requests, responses and problems.
//
// A handler is an [Endpoint]; [Handle] turns it into a Lambda proxy function. The
// gateway (API Gateway or the embedded one) has verified the token, but checks only
// that parameters are present. Every value from a caller is therefore checked here or
// in the endpoint, on both backends.
package rest
