package lambdahost

import (
	"maps"

	lambdaevents "github.com/aws/aws-lambda-go/events"
)

// withCORS allows the page's scripts to read the answer. On AWS the page has another origin than the API. API
// Gateway sends that origin with each request as the stage variable webOrigin (terraform/modules/api). It
// cannot be in the function's environment, because the page's distribution names the API in its headers,
// which would be a dependency cycle. The origin is always the deployment's; the request's own Origin header
// is ignored.
func withCORS(req lambdaevents.APIGatewayProxyRequest, out lambdaevents.APIGatewayProxyResponse) lambdaevents.APIGatewayProxyResponse {
	origin := req.StageVariables["webOrigin"]
	if origin == "" {
		return out
	}
	headers := maps.Clone(out.Headers)
	if headers == nil {
		headers = map[string]string{}
	}
	headers["Access-Control-Allow-Origin"] = origin
	headers["Access-Control-Expose-Headers"] = "Content-Disposition, Location, Retry-After, X-Amzn-Requestid"
	headers["Vary"] = "Origin"
	out.Headers = headers
	return out
}
