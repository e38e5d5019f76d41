# API Gateway's own answers, as problem documents (RFC 9457) with the same types and CORS headers as the functions'
# answers. Without CORS headers a page could not tell an expired token from a broken network.
#
# They are separate resources and not part of the imported body. A gateway response supports only a literal origin, no
# stage variable. The page's origin comes from its distribution, whose headers name the API. In the body, each would
# wait for the other.

locals {
  problems = {
    UNAUTHORIZED                   = { status = 401, name = "unauthorized", title = "Not signed in" }
    EXPIRED_TOKEN                  = { status = 401, name = "unauthorized", title = "Not signed in" }
    AUTHORIZER_FAILURE             = { status = 500, name = "internal", title = "Something failed on our side" }
    AUTHORIZER_CONFIGURATION_ERROR = { status = 500, name = "internal", title = "Something failed on our side" }
    WAF_FILTERED                   = { status = 403, name = "forbidden", title = "Not allowed" }
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
        status  = tostring(p.status)
        headers = merge(local.problem_headers, lookup(local.status_headers, p.status, {}))
        problem = { type = p.name, title = p.title, status = p.status }
      }
    },
    # All other responses keep their status. The document must state one, and these are the most likely.
    {
      DEFAULT_4XX = { status = null, headers = local.problem_headers, problem = { type = "bad-request", title = "The request is not valid", status = 400 } }
      DEFAULT_5XX = { status = null, headers = local.problem_headers, problem = { type = "internal", title = "Something failed on our side", status = 500 } }
    }
  )

  status_headers = {
    401 = { "WWW-Authenticate" = "'Bearer realm=\"sealpost\"'" }
    429 = { "Retry-After" = "'1'" }
  }

  # The CORS headers are those of adapters/aws/lambdahost.
  problem_headers = {
    "Content-Type"                  = "'application/problem+json'"
    "Cache-Control"                 = "'no-store'"
    "X-Content-Type-Options"        = "'nosniff'"
    "Access-Control-Allow-Origin"   = "'${var.web_origin}'"
    "Access-Control-Expose-Headers" = "'Content-Disposition, Location, Retry-After, X-Amzn-Requestid'"
    "Vary"                          = "'Origin'"
    # Importing a body overwrites the whole API and removes the gateway responses. Each response therefore contains
    # the hash of the body, so that it is updated after an import. Replacing the resources would lose them: the new
    # deployment and its dependencies are created before the old ones are destroyed, but to API Gateway the old and
    # new response are the same object.
    "X-Sealpost-Contract" = "'${substr(sha256(local.body), 0, 16)}'"
  }
}

resource "aws_api_gateway_gateway_response" "this" {
  for_each = local.gateway_responses

  rest_api_id         = aws_api_gateway_rest_api.this.id
  response_type       = each.key
  status_code         = each.value.status
  response_parameters = { for name, value in each.value.headers : "gatewayresponse.header.${name}" => value }

  response_templates = {
    "application/json" = jsonencode({
      type      = "urn:sealpost:problem:${each.value.problem.type}"
      title     = each.value.problem.title
      status    = each.value.problem.status
      requestId = "$context.requestId"
    })
  }
}
