module "api" {
  source = "./modules/api"

  name               = local.prefix
  openapi            = "${path.module}/../api/openapi.yaml"
  functions          = { for name, f in module.api_function : name => { name = f.lambda.name, invoke_arn = f.lambda.invoke_arn } }
  user_pool_arn      = module.user_pool.arn
  web_origin         = var.web_origin == "" ? module.web.url : var.web_origin
  throttling         = var.throttling
  log_retention_days = var.log_retention_days
  manage_account     = var.manage_api_gateway_account
  log_trust_policy   = templatefile("${local.policies}/api-log-trust.json.tftpl", {})
  partition          = local.partition
  region_and_suffix  = "${var.region}.${data.aws_partition.current.dns_suffix}"
  p99_milliseconds   = var.alarm_thresholds.api_p99_milliseconds
  failures_percent   = var.alarm_thresholds.api_failures_percent
  alarm_topic_arn    = module.watching.topic_arn
}
