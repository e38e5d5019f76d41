module "watching" {
  source = "./modules/watching"

  prefix   = local.prefix
  emails   = var.alarm_emails
  triggers = toset([for name, f in local.functions : name if f.kind == "trigger"])
  topic_policy = templatefile("${local.policies}/alarm-topic.json.tftpl", {
    partition  = local.partition
    region     = var.region
    account_id = local.account_id
    prefix     = local.prefix
    topic_arn  = "${local.arn.sns}:${local.prefix}-alarms"
  })
}

module "access_watch" {
  source = "./modules/access-watch"
  count  = var.access_watch ? 1 : 0

  prefix             = local.prefix
  region             = var.region
  account_id         = local.account_id
  default_bus_arn    = "${local.arn.events}:event-bus/default"
  policies           = local.policies
  alarm_topic_arn    = module.watching.topic_arn
  user_pool_id       = module.user_pool.id
  identity_pool_id   = module.identity_pool.id
  api_id             = module.api.id
  bus_name           = local.bus_name
  buckets            = { ciphertext = local.ciphertext_bucket, page = local.web_bucket }
  key_admin_role_arn = "arn:${local.partition}:iam::${local.account_id}:role/${local.key_admin_role_name}"
  key_maker_role_arn = "${local.role_arn_prefix}-consumers-userkey"
}

module "trail" {
  source = "./modules/trail"
  count  = var.trail.create ? 1 : 0

  name           = "${local.prefix}-trail"
  bucket         = local.trail_bucket
  retention_days = var.trail.retention_days
  force_destroy  = !var.protect_data
  policy = templatefile("${local.policies}/trail-bucket.json.tftpl", {
    account_id = local.account_id
    bucket_arn = "arn:${local.partition}:s3:::${local.trail_bucket}"
    trail_arn  = "arn:${local.partition}:cloudtrail:${var.region}:${local.account_id}:trail/${local.prefix}-trail"
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
  tables     = concat([for key in keys(module.projection_table) : "${local.prefix}-${key}"], [module.notifications_table.name, module.names_table.name])
}

locals {
  function_names = concat(
    [module.trigger.lambda.name, module.signup.lambda.name, module.reconcile.lambda.name],
    [for f in module.api_function : f.lambda.name],
    [for f in module.consumer : f.lambda.name],
  )
}
