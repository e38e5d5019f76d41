# The body that API Gateway imports is committed as tests/api-body.json, and what it answers itself as
# tests/gateway-responses.json: internal/testing/e2e gives these very files to an emulator of API Gateway. These tests run
# without Go, and that one without Terraform.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

run "rendered" {
  command = plan

  module {
    source = "./modules/api"
  }

  variables {
    name    = "sealpost-test"
    openapi = "../api/openapi.yaml"
    functions = { for name, f in jsondecode(file("functions.json")) : name => {
      name       = "sealpost-test-${name}"
      invoke_arn = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:sealpost-test-${name}/invocations"
    } if f.kind == "api" }
    user_pool_arn      = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_Mock00001"
    web_origin         = "https://mock.cloudfront.net"
    throttling         = { rate = 100, burst = 200 }
    log_retention_days = 365
    manage_account     = false
    log_trust_policy   = "{}"
    partition          = "aws"
    region_and_suffix  = "eu-central-1.amazonaws.com"
    p99_milliseconds   = 3000
    failures_percent   = 1
    alarm_topic_arn    = "arn:aws:sns:eu-central-1:123456789012:sealpost-test-alarms"
  }

  assert {
    condition     = jsondecode(output.body) == jsondecode(file("tests/api-body.json"))
    error_message = "The body that is imported differs from tests/api-body.json: run tests/render-api-body.sh and look at the difference."
  }

  assert {
    # As JSON, because a map is no object to Terraform.
    condition = jsonencode({
      for type, r in output.gateway_responses : type => r if !startswith(type, "DEFAULT_")
    }) == jsonencode(jsondecode(file("tests/gateway-responses.json")))
    error_message = "What API Gateway answers itself differs from tests/gateway-responses.json: run tests/render-api-body.sh and look at the difference."
  }
}
