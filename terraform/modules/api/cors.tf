# The answer to a browser's preflight request. The origin is a stage variable and not part of the body, because the
# page's distribution names the API in its headers. If the body named the page, each would wait for the other. The
# functions add the CORS headers of other answers from the same stage variable.

locals {
  preflight_headers = {
    "Access-Control-Allow-Origin"  = "stageVariables.webOrigin"
    "Access-Control-Allow-Methods" = "'GET,POST'"
    "Access-Control-Allow-Headers" = "'Authorization,Content-Type,Content-Disposition,Idempotency-Key'"
    "Access-Control-Max-Age"       = "'600'"
    "Vary"                         = "'Origin'"
  }

  preflight = {
    summary  = "Preflight"
    security = []
    responses = {
      "204" = {
        description = "What the page may send"
        headers     = { for name in keys(local.preflight_headers) : name => { schema = { type = "string" } } }
      }
    }
    "x-amazon-apigateway-integration" = {
      type                = "mock"
      passthroughBehavior = "when_no_match"
      # All media types are binary here, but a template needs text.
      contentHandling  = "CONVERT_TO_TEXT"
      requestTemplates = { "application/json" = jsonencode({ statusCode = 204 }) }
      responses = {
        default = {
          statusCode = "204"
          responseParameters = {
            for name, value in local.preflight_headers : "method.response.header.${name}" => value
          }
        }
      }
    }
  }
}
