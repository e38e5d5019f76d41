package rest

import (
	"strings"

	lambdaevents "github.com/aws/aws-lambda-go/events"

	"github.com/sealpost/sealpost/ports"
)

// caller reads the claims that the gateway's authorizer verified. API Gateway's Cognito
// authorizer accepts access tokens too if a route has scopes, so token_use is checked
// again: only an ID token identifies a user.
func caller(req lambdaevents.APIGatewayProxyRequest) (ports.Caller, error) {
	claims, ok := req.RequestContext.Authorizer["claims"].(map[string]any)
	if !ok {
		return ports.Caller{}, Unauthorized("Send an ID token: Authorization: Bearer TOKEN.")
	}
	claim := func(name string) string {
		value, _ := claims[name].(string)
		return value
	}
	if claim("token_use") != "id" {
		return ports.Caller{}, Unauthorized("This is not an ID token.")
	}
	c := ports.Caller{UserID: claim("sub"), Username: claim("cognito:username"), IDToken: bearer(req)}
	if c.UserID == "" || c.Username == "" {
		return ports.Caller{}, Unauthorized("The ID token names no user.")
	}
	return c, nil
}

// bearer returns the token of the Authorization header, with or without the scheme, as
// API Gateway's Cognito authorizer does.
func bearer(req lambdaevents.APIGatewayProxyRequest) string {
	r := Request{APIGatewayProxyRequest: req}
	value, err := r.Header("Authorization")
	if err != nil {
		return ""
	}
	if scheme, token, found := strings.Cut(value, " "); found && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	return value
}
