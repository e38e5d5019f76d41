# A function with its own queue of events. Of each batch, only failed deliveries are retried.

module "function" {
  source = "../function"

  settings    = var.settings
  policy      = var.policy
  environment = merge(var.environment, { SEALPOST_MAX_RECEIVES = tostring(var.max_receive_count) })
}

module "subscription" {
  source = "../subscription"

  name                   = var.settings.name
  bus_name               = var.bus_name
  events                 = var.events
  replays                = var.replays
  delay_seconds          = var.delay_seconds
  queue_policies         = var.queue_policies
  alarm_topic_arn        = var.settings.alarm_topic_arn
  oldest_message_seconds = var.oldest_message_seconds
  max_receive_count      = var.max_receive_count
  dead_letter_advice     = " List them with: sealpost redrive --stack build/stack.json --list"

  # Lambda's guide recommends six times the timeout plus the batching window, so that a batch is not redelivered while
  # it is handled, even after throttling and retries.
  visibility_timeout_seconds = 6 * var.settings.timeout_seconds + var.batching_window_seconds
}

resource "aws_lambda_event_source_mapping" "queue" {
  event_source_arn                   = module.subscription.queue_arn
  function_name                      = module.function.lambda.arn
  batch_size                         = 10
  maximum_batching_window_in_seconds = var.batching_window_seconds
  function_response_types            = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = var.concurrency
  }
}
