# A function behind the REST API. The permission to call it is the API's (modules/api), which is made after it.

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
