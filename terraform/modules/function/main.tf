# What all functions have in common: the Lambda, a role with one policy, a log group, and alarms on errors and
# throttles. The modules function-api, function-trigger, function-consumer and function-objects add the caller.

resource "aws_iam_role" "this" {
  name               = var.settings.name
  description        = "Runs ${var.settings.name}"
  assume_role_policy = var.settings.trust_policy
}

resource "aws_iam_role_policy" "this" {
  name   = "function"
  role   = aws_iam_role.this.id
  policy = var.policy
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts logs with its own key. They hold no secret and no personal data (docs/aws.md), so a key of ours would add cost and no protection.
  #checkov:skip=CKV_AWS_338:Retention is a variable; its default is a year.
  name              = "/aws/lambda/${var.settings.name}"
  retention_in_days = var.settings.log_retention_days
}

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_50:Trace context travels in the events (traceparent) and in the logs. X-Ray would need a wildcard permission in every role.
  #checkov:skip=CKV_AWS_115:Reserved concurrency is a variable by function: reserving it for all starves an account that has Lambda's default of 1,000.
  #checkov:skip=CKV_AWS_116:Functions behind queues have dead-letter queues there; the API's and the user pool's are called synchronously.
  #checkov:skip=CKV_AWS_117:Everything that the functions call is a public AWS endpoint over TLS with signed requests. A VPC would add NAT gateways or nine interface endpoints and nothing to protect.
  #checkov:skip=CKV_AWS_173:The environment holds names and, in two functions, the key that signs paging cursors, which opens nothing. Lambda encrypts it with its own key.
  #checkov:skip=CKV_AWS_272:The zips are built and deployed by the same hand; signing them is for when these differ.
  depends_on = [aws_cloudwatch_log_group.this, aws_iam_role_policy.this]

  function_name                  = var.settings.name
  description                    = var.settings.description
  role                           = aws_iam_role.this.arn
  runtime                        = "provided.al2023"
  architectures                  = ["arm64"]
  handler                        = "bootstrap"
  filename                       = var.settings.zip
  source_code_hash               = fileexists(var.settings.zip) ? filebase64sha256(var.settings.zip) : null
  timeout                        = var.settings.timeout_seconds
  memory_size                    = var.settings.memory_megabytes
  reserved_concurrent_executions = var.settings.reserved_concurrency

  environment {
    variables = merge(var.environment, { SEALPOST_LOG_LEVEL = lower(var.settings.log_level) })
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.this.name
    # The function itself applies settings.log_level. Lambda takes a line without a level, such as a metric, for INFO.
    # At a higher level it would drop all of Sealpost's metrics, and the alarms on them would never fire.
    application_log_level = var.settings.log_level == "DEBUG" ? "DEBUG" : "INFO"
    system_log_level      = "WARN"
  }
}
