# What API Gateway answers itself, as problem documents (RFC 9457) with the same types as the functions and the embedded
# gateway use. The origin is "*" here, because a gateway response knows no stage variables; what it says is no secret,
# and without the header a page could not tell an expired token from a broken network.

locals {
  problems = {
    UNAUTHORIZED                   = { status = 401, name = "unauthorized", title = "Not signed in" }
    EXPIRED_TOKEN                  = { status = 401, name = "unauthorized", title = "Not signed in" }
    AUTHORIZER_FAILURE             = { status = 500, name = "internal", title = "Something failed on our side" }
    AUTHORIZER_CONFIGURATION_ERROR = { status = 500, name = "internal", title = "Something failed on our side" }
    ACCESS_DENIED                  = { status = 403, name = "forbidden", title = "Not allowed" }
    MISSING_AUTHENTICATION_TOKEN   = { status = 404, name = "not-found", title = "No such resource" }
    RESOURCE_NOT_FOUND             = { status = 404, name = "not-found", title = "No such resource" }
    BAD_REQUEST_PARAMETERS         = { status = 400, name = "bad-request", title = "The request is not valid" }
    BAD_REQUEST_BODY               = { status = 400, name = "bad-request", title = "The request is not valid" }
    UNSUPPORTED_MEDIA_TYPE         = { status = 415, name = "unsupported-media-type", title = "The media type is not taken" }
    REQUEST_TOO_LARGE              = { status = 413, name = "body-too-large", title = "The body is too large" }
    THROTTLED                      = { status = 429, name = "too-many-requests", title = "Too many requests" }
    QUOTA_EXCEEDED                 = { status = 429, name = "too-many-requests", title = "Too many requests" }
    INTEGRATION_FAILURE            = { status = 502, name = "internal", title = "Something failed on our side" }
    INTEGRATION_TIMEOUT            = { status = 504, name = "timeout", title = "It took too long" }
  }

  gateway_responses = merge(
    {
      for type, p in local.problems : type => {
        statusCode         = tostring(p.status)
        responseParameters = merge(local.problem_headers, p.status == 429 ? { "gatewayresponse.header.Retry-After" = "'1'" } : {}, p.status == 401 ? { "gatewayresponse.header.WWW-Authenticate" = "'Bearer realm=\"sealpost\"'" } : {})
        responseTemplates = {
          "application/json" = jsonencode({
            type      = "urn:sealpost:problem:${p.name}"
            title     = p.title
            status    = p.status
            requestId = "$context.requestId"
          })
        }
      }
    },
    # Whatever else there is keeps its status; a document must have one, and these are the likeliest.
    {
      for class, status in { DEFAULT_4XX = 400, DEFAULT_5XX = 500 } : class => {
        responseParameters               = local.problem_headers
        responseTemplates = {
          "application/json" = jsonencode({
            type      = status == 400 ? "urn:sealpost:problem:bad-request" : "urn:sealpost:problem:internal"
            title     = status == 400 ? "The request is not valid" : "Something failed on our side"
            status    = status
            requestId = "$context.requestId"
          })
        }
      }
    }
  )

  problem_headers = {
    "gatewayresponse.header.Content-Type"                = "'application/problem+json'"
    "gatewayresponse.header.Cache-Control"               = "'no-store'"
    "gatewayresponse.header.X-Content-Type-Options"      = "'nosniff'"
    "gatewayresponse.header.Access-Control-Allow-Origin" = "'*'"
  }
}
