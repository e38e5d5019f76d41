# The API that is imported: every route of openapi.yaml, behind the authorizer, to the function that is named for it.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  environment = "test"
  region      = "eu-central-1"
}

# The published schema of hashicorp/aws 6.25.0 that ../shared/tfcheck checks against admits one attribute block per
# table, so no table with two keys can be planned under it. The real providers take any number.
override_module {
  target  = module.projection_table
  outputs = { name = "table", arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/table" }
}

run "api" {
  command = plan

  assert {
    condition = toset(flatten([
      for path, methods in jsondecode(module.api.body).paths : [for m in keys(methods) : "${m} ${path}" if m != "options"]
      ])) == toset(flatten([
      for path, methods in yamldecode(file("../api/openapi.yaml")).paths : [for m in keys(methods) : "${m} ${path}"]
    ]))
    error_message = "Every route of openapi.yaml is imported, and no other."
  }

  assert {
    condition = alltrue(flatten([
      for path, methods in jsondecode(module.api.body).paths : [
        for m, o in methods : jsonencode(o.security) == jsonencode([{ idToken = [] }]) if m != "options"
      ]
    ]))
    error_message = "Every route needs the user pool's ID token."
  }

  assert {
    condition = (
      jsondecode(module.api.body).components.securitySchemes.idToken["x-amazon-apigateway-authtype"] == "cognito_user_pools" &&
      jsondecode(module.api.body).components.securitySchemes.idToken["x-amazon-apigateway-authorizer"].providerARNs == [module.user_pool.arn]
    )
    error_message = "The authorizer is the user pool."
  }

  assert {
    condition = alltrue(flatten([
      for path, methods in yamldecode(file("../api/openapi.yaml")).paths : [
        for m, o in methods :
        o["x-amazon-apigateway-integration"].uri == "$${${replace(o["x-sealpost-function"], "/", "_")}}" &&
        jsondecode(module.api.body).paths[path][m]["x-amazon-apigateway-integration"].type == "aws_proxy" &&
        contains(local.api_names, replace(o["x-sealpost-function"], "/", "-"))
      ]
    ]))
    error_message = "A route goes to the function that openapi.yaml names for it, by Lambda proxy."
  }

  assert {
    condition = toset(local.api_names) == toset(flatten([
      for path, methods in yamldecode(file("../api/openapi.yaml")).paths : [for m, o in methods : replace(o["x-sealpost-function"], "/", "-")]
    ]))
    error_message = "Every function of kind api has a route."
  }

  assert {
    condition = alltrue([
      for path, methods in jsondecode(module.api.body).paths :
      methods.options.security == [] && methods.options["x-amazon-apigateway-integration"].responses.default.responseParameters["method.response.header.Access-Control-Allow-Origin"] == "stageVariables.webOrigin"
    ])
    error_message = "Browsers' preflight requests are answered for the web origin, without a token."
  }

  assert {
    condition     = jsondecode(module.api.body)["x-amazon-apigateway-binary-media-types"] == ["*/*"] && jsondecode(module.api.body)["x-amazon-apigateway-request-validator"] == "params"
    error_message = "Bodies are binary, and parameters are validated."
  }

  assert {
    condition = length(module.api.gateway_responses) >= 15 && alltrue([
      for type, r in module.api.gateway_responses :
      startswith(r.problem.type, "urn:sealpost:problem:") &&
      r.headers["gatewayresponse.header.Content-Type"] == "'application/problem+json'" &&
      (startswith(type, "DEFAULT_") || r.status == tostring(r.problem.status))
    ])
    error_message = "What API Gateway answers itself is a problem document with the answer's status."
  }

  assert {
    condition = alltrue([
      for type, r in module.api.gateway_responses :
      r.headers["gatewayresponse.header.Access-Control-Allow-Origin"] == "'https://mock.cloudfront.net'" &&
      r.headers["gatewayresponse.header.Vary"] == "'Origin'"
    ])
    error_message = "What API Gateway answers itself may be read by the page's origin, as the functions' answers may."
  }

  assert {
    condition     = module.api.gateway_responses["UNAUTHORIZED"].headers["gatewayresponse.header.WWW-Authenticate"] == "'Bearer realm=\"sealpost\"'" && module.api.gateway_responses["THROTTLED"].headers["gatewayresponse.header.Retry-After"] == "'1'"
    error_message = "401 says how to sign in, and 429 when to come again."
  }

  assert {
    condition = alltrue([
      for r in module.api.gateway_responses :
      r.headers["gatewayresponse.header.X-Sealpost-Contract"] == "'${substr(sha256(module.api.body), 0, 16)}'"
    ])
    error_message = "A gateway response changes with the body, whose import takes it away: or it would not be put again."
  }

  assert {
    condition     = !strcontains(module.api.body, "gateway-responses")
    error_message = "Gateway responses are resources of their own: in the body they would wait for the page, and the page for them."
  }

  assert {
    condition     = !strcontains(module.api.body, "$ref")
    error_message = "References are resolved."
  }

  assert {
    condition     = module.api.web_origin == "https://mock.cloudfront.net"
    error_message = "The web origin is the page's."
  }

  assert {
    condition     = output.client_config == { apiUrl = "https://mockapi001.execute-api.eu-central-1.amazonaws.com/v1", region = "eu-central-1", cognito = { endpoint = "https://cognito-idp.eu-central-1.amazonaws.com/", userPoolId = "eu-central-1_Mock00001", clientId = "mockclient0000000000000001", identityPoolId = "eu-central-1:11111111-2222-4333-8444-555555555555" } }
    error_message = "config.json says where API, user pool and identity pool are."
  }

  assert {
    condition = (
      local.page_config.cognito.identityEndpoint == "https://cognito-identity.eu-central-1.amazonaws.com/" &&
      local.page_config.cognito.identityPoolId == output.client_config.cognito.identityPoolId &&
      local.page_config.notifications == { endpoint = "https://sns.eu-central-1.amazonaws.com/" }
    )
    error_message = "The page finds the identity pool and SNS, to confirm notifications."
  }

  assert {
    condition = contains(split("; ", module.web.content_security_policy), join(" ", [
      "connect-src 'self'", "https://mockapi001.execute-api.eu-central-1.amazonaws.com", "https://cognito-idp.eu-central-1.amazonaws.com",
      "https://cognito-identity.eu-central-1.amazonaws.com", "https://sns.eu-central-1.amazonaws.com",
    ]))
    error_message = "The page talks to its own origin, the API, the user pool, the identity pool and SNS, and to nothing else."
  }
}

run "another_origin" {
  command = plan

  variables {
    web_origin = "https://app.example.org"
  }

  assert {
    condition = module.api.web_origin == "https://app.example.org" && alltrue([
      for r in module.api.gateway_responses : r.headers["gatewayresponse.header.Access-Control-Allow-Origin"] == "'https://app.example.org'"
    ])
    error_message = "The web origin can be another, for functions and gateway alike."
  }
}
