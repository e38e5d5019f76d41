locals {
  # The longest that SQS keeps a message. A message keeps its age when it moves to a dead-letter queue.
  fourteen_days = 1209600
}

resource "aws_sqs_queue" "dead_letter" {
  name                      = "${var.name}-dead"
  message_retention_seconds = local.fourteen_days
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "dead_letter" {
  queue_url = aws_sqs_queue.dead_letter.id
  policy    = var.queue_policies.dead
}

resource "aws_sqs_queue_redrive_policy" "queue" {
  queue_url = aws_sqs_queue.queue.id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letter.arn
    maxReceiveCount     = var.max_receive_count
  })
}

resource "aws_sqs_queue_redrive_allow_policy" "dead_letter" {
  queue_url = aws_sqs_queue.dead_letter.id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.queue.arn]
  })
}

# What the rule could not deliver, after its own 24 hours of trying or at once when it may not.
resource "aws_sqs_queue" "rule_dead_letter" {
  name                      = "${var.name}-undelivered"
  message_retention_seconds = local.fourteen_days
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "rule_dead_letter" {
  queue_url = aws_sqs_queue.rule_dead_letter.id
  policy    = var.queue_policies.undelivered
}
