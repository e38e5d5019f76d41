# A function that the user pool calls when somebody confirmed their address.

module "function" {
  source = "../function"

  name                 = var.name
  description          = var.description
  zip                  = var.zip
  trust_policy         = var.trust_policy
  policy               = var.policy
  environment          = var.environment
  timeout_seconds      = var.timeout_seconds
  memory_megabytes     = var.memory_megabytes
  reserved_concurrency = var.reserved_concurrency
  log_level            = var.log_level
  log_retention_days   = var.log_retention_days
  alarm_topic_arn      = var.alarm_topic_arn
}

resource "aws_lambda_permission" "user_pool" {
  statement_id  = "user-pool"
  action        = "lambda:InvokeFunction"
  function_name = module.function.name
  principal     = "cognito-idp.amazonaws.com"
  source_arn    = var.user_pool_arn
}
