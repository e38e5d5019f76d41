# functions.json lists the functions and the variables of each. The tests on the emulator read it too. Each kind has
# its own module call, because the user pool waits for its trigger, and all other functions wait for the user pool.

locals {
  functions  = jsondecode(file("${path.module}/functions.json"))
  build_dir  = var.build_dir == "" ? "${path.module}/../build" : var.build_dir
  api_names  = toset([for name, f in local.functions : name if f.kind == "api"])
  publishers = toset([for name, f in local.functions : name if contains(f.environment, "SEALPOST_BUS") && f.kind != "consumer"])

  # Maps the deployed name to the name in functions.json. They differ only for projections' consumers, which are
  # deployed once per generation, as in "consumers-inbox-2" => "consumers-inbox".
  deployed = merge(
    { for name, f in local.functions : name => name if f.kind != "consumer" },
    { for key, c in local.consumers : "consumers-${key}" => "consumers-${c.consumer}" },
  )

  # Policies and environments, which depend on other resources, are in the module calls (modules/function has the
  # reason).
  function_settings = {
    for name, function in local.deployed : name => {
      name                 = "${local.prefix}-${name}"
      description          = "Sealpost: ${replace(function, "-", "/")}"
      zip                  = "${local.build_dir}/${function}.zip"
      trust_policy         = local.function_trust
      timeout_seconds      = local.functions[function].timeoutSeconds
      memory_megabytes     = local.functions[function].memoryMegabytes
      reserved_concurrency = lookup(var.reserved_concurrency, name, -1)
      log_level            = var.log_level
      log_retention_days   = var.log_retention_days
      alarm_topic_arn      = module.watching.topic_arn
    }
  }
}

module "trigger" {
  source = "./modules/function-trigger"

  settings      = local.function_settings["producers-verifyuser"]
  policy        = local.trigger_policy
  environment   = { SEALPOST_BUS = local.bus_name, SEALPOST_USERS_TABLE = local.live_tables.users }
  user_pool_arn = module.user_pool.arn
}

module "signup" {
  source = "./modules/function-trigger"

  settings      = local.function_settings["producers-signup"]
  policy        = local.signup_policy
  environment   = { SEALPOST_USERS_TABLE = local.live_tables.users, SEALPOST_NAMES_TABLE = local.names_table }
  user_pool_arn = module.user_pool.arn
  refuses       = true # a refused name is an error to Lambda
}

module "api_function" {
  source   = "./modules/function-api"
  for_each = local.api_names

  settings    = local.function_settings[each.key]
  policy      = local.function_policies[each.key]
  environment = { for v in local.functions[each.key].environment : v => local.environment[v] }
}

module "reconcile" {
  source = "./modules/function-objects"

  settings               = local.function_settings["consumers-reconcile"]
  policy                 = local.function_policies["consumers-reconcile"]
  environment            = { for v in local.functions["consumers-reconcile"].environment : v => local.environment[v] }
  bucket                 = module.ciphertext_bucket.name
  queue_policies         = local.reconcile_queue_policies
  oldest_message_seconds = var.alarm_thresholds.oldest_message_seconds
}
