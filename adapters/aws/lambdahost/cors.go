package lambdahost

import (
	"maps"

	lambdaevents "github.com/aws/aws-lambda-go/events"
)

// withCORS lets the page's scripts read the answer. On AWS the page has another
// origin than the API; which one, API Gateway says with each request, by the stage
// variable webOrigin (terraform/modules/api). It stands there and not in the
// function's environment, because the page's distribution names the API in its
// headers and each would wait for the other. The origin is the deployment's and
// never the caller's: what the request says of its origin is not looked at.
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
