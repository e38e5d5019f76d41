// Package gateway is the HTTP front of the embedded backend. Like API Gateway on AWS it routes by
// api/openapi.yaml, checks the ID token, required parameters and the body's size, and calls the same
// functions with the same events.APIGatewayProxyRequest.
//
// All other checks are left to the functions, so that both backends refuse the same requests.
package gateway
