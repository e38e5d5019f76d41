# One subscriber of the bus: a rule, the queue that it fills, a dead-letter queue for deliveries that failed too
# often, and one for events that the rule could not put into the queue. A failing event blocks no other.

resource "aws_cloudwatch_event_rule" "this" {
  name           = var.name
  description    = "${join(", ", var.events)} for ${var.name}"
  event_bus_name = var.bus_name

  # Consumers with side effects get no replays. Otherwise a rebuild would send all old mails again.
  event_pattern = jsonencode(merge(
    { source = [{ prefix = "sealpost." }], detail-type = var.events },
    var.replays ? {} : { replay-name = [{ exists = false }] }
  ))
}

resource "aws_cloudwatch_event_target" "queue" {
  # Without its policies, a rule could at best fill its dead-letter queue.
  depends_on     = [aws_sqs_queue_policy.queue, aws_sqs_queue_policy.rule_dead_letter]
  rule           = aws_cloudwatch_event_rule.this.name
  event_bus_name = var.bus_name
  target_id      = "queue"
  arn            = aws_sqs_queue.queue.arn

  dead_letter_config {
    arn = aws_sqs_queue.rule_dead_letter.arn
  }
}

resource "aws_sqs_queue" "queue" {
  name                       = var.name
  delay_seconds              = var.delay_seconds
  visibility_timeout_seconds = var.visibility_timeout_seconds
  message_retention_seconds  = local.fourteen_days
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true
}

resource "aws_sqs_queue_policy" "queue" {
  queue_url = aws_sqs_queue.queue.id
  policy    = var.queue_policies.queue
}
