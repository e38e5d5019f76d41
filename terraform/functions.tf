# functions.json says what functions there are and what each is told; the tests on the emulator read it too. There is
# one module call per kind, and not one for all, because the user pool waits for its trigger and everything else for
# the user pool.

locals {
  functions    = jsondecode(file("${path.module}/functions.json"))
  build_dir    = var.build_dir == "" ? "${path.module}/../build" : var.build_dir
  api_names    = toset([for name, f in local.functions : name if f.kind == "api"])
  publishers   = toset([for name, f in local.functions : name if contains(f.environment, "SEALPOST_BUS") && f.kind != "consumer"])
  descriptions = { for name in keys(local.functions) : name => "Sealpost: ${replace(name, "-", "/")}" }
}

module "trigger" {
  source = "./modules/function-trigger"

  name                 = "${local.prefix}-producers-verifyuser"
  description          = local.descriptions["producers-verifyuser"]
  zip                  = "${local.build_dir}/producers-verifyuser.zip"
  trust_policy         = local.function_trust
  policy               = local.trigger_policy
  environment          = { SEALPOST_BUS = local.bus_name }
  timeout_seconds      = local.functions["producers-verifyuser"].timeoutSeconds
  memory_megabytes     = local.functions["producers-verifyuser"].memoryMegabytes
  reserved_concurrency = lookup(var.reserved_concurrency, "producers-verifyuser", -1)
  log_level            = var.log_level
  log_retention_days   = var.log_retention_days
  alarm_topic_arn      = module.watching.topic_arn
  user_pool_arn        = module.user_pool.arn
}

module "api_function" {
  source   = "./modules/function-api"
  for_each = local.api_names

  name                 = "${local.prefix}-${each.key}"
  description          = local.descriptions[each.key]
  zip                  = "${local.build_dir}/${each.key}.zip"
  trust_policy         = local.function_trust
  policy               = local.function_policies[each.key]
  environment          = { for v in local.functions[each.key].environment : v => local.environment[v] }
  timeout_seconds      = local.functions[each.key].timeoutSeconds
  memory_megabytes     = local.functions[each.key].memoryMegabytes
  reserved_concurrency = lookup(var.reserved_concurrency, each.key, -1)
  log_level            = var.log_level
  log_retention_days   = var.log_retention_days
  alarm_topic_arn      = module.watching.topic_arn
}

module "reconcile" {
  source = "./modules/function-scheduled"

  name                 = "${local.prefix}-consumers-reconcile"
  description          = local.descriptions["consumers-reconcile"]
  zip                  = "${local.build_dir}/consumers-reconcile.zip"
  trust_policy         = local.function_trust
  policy               = local.function_policies["consumers-reconcile"]
  environment          = { for v in local.functions["consumers-reconcile"].environment : v => local.environment[v] }
  timeout_seconds      = local.functions["consumers-reconcile"].timeoutSeconds
  memory_megabytes     = local.functions["consumers-reconcile"].memoryMegabytes
  reserved_concurrency = lookup(var.reserved_concurrency, "consumers-reconcile", -1)
  log_level            = var.log_level
  log_retention_days   = var.log_retention_days
  alarm_topic_arn      = module.watching.topic_arn
  every_minutes        = var.reconcile.every_minutes

  further = {
    thorough = { every_hours = var.reconcile.thorough_every_hours, detail = { window = var.reconcile.thorough_window } }
  }
}
