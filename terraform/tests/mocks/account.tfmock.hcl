# The account that tests plan for. tools/iamcheck/values.mjs describes the same one.

mock_data "aws_caller_identity" {
  defaults = {
    account_id = "123456789012"
    arn        = "arn:aws:iam::123456789012:role/deployer"
  }
}

mock_data "aws_partition" {
  defaults = {
    partition  = "aws"
    dns_suffix = "amazonaws.com"
  }
}

mock_data "aws_secretsmanager_random_password" {
  defaults = {
    random_password = "abcdefghijklmnopqrstuvwxyz012345"
  }
}

mock_resource "aws_cognito_user_pool" {
  defaults = {
    id       = "eu-central-1_Mock00001"
    arn      = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_Mock00001"
    endpoint = "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Mock00001"
  }
}

mock_resource "aws_cognito_user_pool_client" {
  defaults = {
    id = "mockclient0000000000000001"
  }
}

mock_resource "aws_cognito_identity_pool" {
  defaults = {
    id = "eu-central-1:11111111-2222-4333-8444-555555555555"
  }
}

mock_resource "aws_cloudfront_distribution" {
  defaults = {
    id          = "EMOCK0000001"
    arn         = "arn:aws:cloudfront::123456789012:distribution/EMOCK0000001"
    domain_name = "mock.cloudfront.net"
  }
}

mock_resource "aws_api_gateway_rest_api" {
  defaults = {
    id            = "mockapi001"
    execution_arn = "arn:aws:execute-api:eu-central-1:123456789012:mockapi001"
  }
}

mock_resource "aws_api_gateway_stage" {
  defaults = {
    invoke_url = "https://mockapi001.execute-api.eu-central-1.amazonaws.com/v1"
  }
}

mock_resource "aws_iam_role" {
  defaults = {
    arn = "arn:aws:iam::123456789012:role/mock"
  }
}

mock_resource "aws_lambda_function" {
  defaults = {
    arn        = "arn:aws:lambda:eu-central-1:123456789012:function:mock"
    invoke_arn = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:mock/invocations"
  }
}

mock_resource "aws_sns_topic" {
  defaults = {
    arn = "arn:aws:sns:eu-central-1:123456789012:sealpost-test-alarms"
  }
}

mock_resource "aws_sqs_queue" {
  defaults = {
    arn = "arn:aws:sqs:eu-central-1:123456789012:mock"
    id  = "https://sqs.eu-central-1.amazonaws.com/123456789012/mock"
    url = "https://sqs.eu-central-1.amazonaws.com/123456789012/mock"
  }
}

mock_resource "aws_kms_key" {
  defaults = {
    arn    = "arn:aws:kms:eu-central-1:123456789012:key/5555aaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
    key_id = "5555aaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
  }
}

mock_resource "aws_cloudwatch_event_bus" {
  defaults = {
    arn = "arn:aws:events:eu-central-1:123456789012:event-bus/sealpost-test"
  }
}

mock_resource "aws_cloudwatch_event_rule" {
  defaults = {
    arn = "arn:aws:events:eu-central-1:123456789012:rule/mock"
  }
}

mock_resource "aws_cloudwatch_log_group" {
  defaults = {
    arn = "arn:aws:logs:eu-central-1:123456789012:log-group:mock"
  }
}

mock_resource "aws_s3_bucket" {
  defaults = {
    bucket_regional_domain_name = "mock.s3.eu-central-1.amazonaws.com"
  }
}
