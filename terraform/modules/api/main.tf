# The REST API, imported from api/openapi.yaml, with a new deployment whenever its body changes.

locals {
  stage = "v1"
}

resource "aws_api_gateway_rest_api" "this" {
  name              = var.name
  description       = "Sealed messages between registered users"
  body              = local.body
  put_rest_api_mode = "overwrite"

  endpoint_configuration {
    types = ["REGIONAL"]
  }

  lifecycle {
    create_before_destroy = true
  }
}

# A deployment is a copy of the body and of the gateway responses at that moment.
resource "aws_api_gateway_deployment" "this" {
  depends_on  = [aws_api_gateway_gateway_response.this]
  rest_api_id = aws_api_gateway_rest_api.this.id

  triggers = {
    body              = sha256(local.body)
    gateway_responses = sha256(jsonencode(local.gateway_responses))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "this" {
  #checkov:skip=CKV_AWS_120:Answers are private to the caller and say no-store.
  #checkov:skip=CKV_AWS_73:Trace context travels in the events and the logs; see the functions.
  #checkov:skip=CKV2_AWS_51:Callers are people with ID tokens and not machines with certificates.
  #checkov:skip=CKV2_AWS_4:The logging level is set; what the check misses is metrics by method, which are billed apart and read by nothing here.
  #checkov:skip=CKV2_AWS_29:Throttling and the authorizer stand in front; a regional WAF web ACL is the operator's to associate (docs/aws.md).
  rest_api_id   = aws_api_gateway_rest_api.this.id
  deployment_id = aws_api_gateway_deployment.this.id
  stage_name    = local.stage
  variables     = { webOrigin = var.web_origin }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    # No addresses and no tokens. The opaque user id identifies the caller.
    format = jsonencode({
      requestId          = "$context.requestId"
      time               = "$context.requestTime"
      method             = "$context.httpMethod"
      path               = "$context.resourcePath"
      status             = "$context.status"
      userId             = "$context.authorizer.claims.sub"
      responseBytes      = "$context.responseLength"
      latency            = "$context.responseLatency"
      integrationLatency = "$context.integrationLatency"
      integrationStatus  = "$context.integrationStatus"
      errorType          = "$context.error.responseType"
      errorMessage       = "$context.error.message"
    })
  }

  # API Gateway refuses a log destination until the account has a role for logging. It also creates the execution log
  # itself, without expiry, if the log does not exist.
  depends_on = [aws_api_gateway_account.this, aws_cloudwatch_log_group.execution]
}

resource "aws_api_gateway_method_settings" "all" {
  #checkov:skip=CKV_AWS_225:Answers are private to the caller and say no-store.
  #checkov:skip=CKV_AWS_308:There is no cache to encrypt.
  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  method_path = "*/*"

  settings {
    # Metrics per method are billed as custom metrics. Metrics of the stage, which alarms and dashboard use, are free.
    metrics_enabled        = false
    throttling_rate_limit  = var.throttling.rate
    throttling_burst_limit = var.throttling.burst
    # At INFO, execution logs would contain headers and with them tokens.
    logging_level      = "ERROR"
    data_trace_enabled = false
  }
}

# Only this API may call the functions.
resource "aws_lambda_permission" "api" {
  for_each = var.functions

  statement_id  = "api"
  action        = "lambda:InvokeFunction"
  function_name = each.value.name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.this.execution_arn}/*"
}
