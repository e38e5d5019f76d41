module "consumer" {
  source   = "./modules/function-consumer"
  for_each = local.consumers

  name                 = "${local.prefix}-consumers-${each.key}"
  description          = local.descriptions["consumers-${each.value.consumer}"]
  zip                  = "${local.build_dir}/consumers-${each.value.consumer}.zip"
  trust_policy         = local.function_trust
  policy               = local.consumer_policies[each.key]
  timeout_seconds      = local.functions["consumers-${each.value.consumer}"].timeoutSeconds
  memory_megabytes     = local.functions["consumers-${each.value.consumer}"].memoryMegabytes
  reserved_concurrency = lookup(var.reserved_concurrency, "consumers-${each.key}", -1)
  log_level            = var.log_level
  log_retention_days   = var.log_retention_days
  alarm_topic_arn      = module.watching.topic_arn

  # A projection's consumer fills its own generation; what everybody else uses is the live one.
  environment = merge(
    { for v in local.functions["consumers-${each.value.consumer}"].environment : v => local.consumer_environment[v] if v != "SEALPOST_SHARED_KEY_ID" || var.key_strategy == "shared" },
    each.value.generation == null ? {} : {
      "SEALPOST_${upper(each.value.consumer)}_TABLE" = "${local.prefix}-${each.key}"
    }
  )

  bus_name                = module.bus.name
  events                  = local.subscriptions[each.value.consumer].events
  replays                 = local.subscriptions[each.value.consumer].replays
  delay_seconds           = local.subscriptions[each.value.consumer].delaySeconds
  queue_policy            = local.queue_policies[each.key].queue
  dead_letter_policy      = local.queue_policies[each.key].dead
  rule_dead_letter_policy = local.queue_policies[each.key].undelivered
  batching_window_seconds = var.batching_window_seconds
  concurrency             = lookup(var.consumer_concurrency, each.value.consumer, 2)
  oldest_message_seconds  = var.alarm_thresholds.oldest_message_seconds
}
