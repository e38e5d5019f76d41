# One subscriber of the bus: a rule, the queue that it fills, a dead-letter queue for what was taken too often without
# success, and one for what the rule could not put into the queue. Nothing blocks behind what fails.

resource "aws_cloudwatch_event_rule" "this" {
  name           = var.name
  description    = "${join(", ", var.events)} for ${var.name}"
  event_bus_name = var.bus_name

  # Whoever acts on the world takes no replays, or a rebuild would send everybody's old mails again.
  event_pattern = jsonencode(merge(
    { source = [{ prefix = "sealpost." }], detail-type = var.events },
    var.replays ? {} : { replay-name = [{ exists = false }] }
  ))
}

resource "aws_cloudwatch_event_target" "queue" {
  # A rule that can only fill the rule's dead-letter queue would be worse than none.
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
