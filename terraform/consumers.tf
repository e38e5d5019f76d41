module "consumer" {
  source   = "./modules/function-consumer"
  for_each = local.consumers

  settings = local.function_settings["consumers-${each.key}"]
  policy   = local.consumer_policies[each.key]

  # A projection's consumer writes its own generation. All other functions use the live one.
  environment = merge(
    { for v in local.functions["consumers-${each.value.consumer}"].environment : v => local.consumer_environment[v] },
    each.value.generation == null ? {} : {
      "SEALPOST_${upper(each.value.consumer)}_TABLE" = "${local.prefix}-${each.key}"
    }
  )

  bus_name                = module.bus.name
  events                  = local.subscriptions[each.value.consumer].events
  replays                 = local.subscriptions[each.value.consumer].replays
  delay_seconds           = local.subscriptions[each.value.consumer].delaySeconds
  queue_policies          = local.queue_policies[each.key]
  batching_window_seconds = var.batching_window_seconds
  concurrency             = lookup(var.consumer_concurrency, each.value.consumer, 2)
  oldest_message_seconds  = var.alarm_thresholds.oldest_message_seconds
}
