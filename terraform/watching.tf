module "watching" {
  source = "./modules/watching"

  prefix                  = local.prefix
  emails                  = var.alarm_emails
  encryption_milliseconds = var.alarm_thresholds.encryption_milliseconds
  publishers              = local.publishers
  topic_policy = templatefile("${local.policies}/alarm-topic.json.tftpl", {
    partition  = local.partition
    region     = var.region
    account_id = local.account_id
    prefix     = local.prefix
    topic_arn  = "${local.arn.sns}:${local.prefix}-alarms"
  })
}

module "dashboard" {
  source = "./modules/dashboard"

  prefix     = local.prefix
  region     = var.region
  api_name   = local.prefix
  api_stage  = module.api.stage
  functions  = local.function_names
  consumers  = [for key in keys(local.consumers) : "${local.prefix}-consumers-${key}"]
  publishers = tolist(local.publishers)
  tables     = concat([for key in keys(module.projection_table) : "${local.prefix}-${key}"], [module.notifications_table.name])
}

locals {
  function_names = concat(
    [module.trigger.lambda.name, module.reconcile.lambda.name],
    [for f in module.api_function : f.lambda.name],
    [for f in module.consumer : f.lambda.name],
  )
}
