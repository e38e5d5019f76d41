// Package gateway is the front of the embedded home. It does what API Gateway does
// on AWS: it routes by api/openapi.yaml, checks the ID token, the presence of
// required parameters and the body's size, and calls the very same functions with
// the very same events.APIGatewayProxyRequest.
//
// It does no more than API Gateway does. Whatever else a caller may get wrong is
// the functions' to refuse, so that both homes refuse alike.
package gateway
