locals {
  # SQS's longest retention. A message keeps its age when it moves to a dead-letter queue.
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

# Events that the rule could not deliver, after 24 hours of retries or at once if it has no permission.
resource "aws_sqs_queue" "rule_dead_letter" {
  name                      = "${var.name}-undelivered"
  message_retention_seconds = local.fourteen_days
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "rule_dead_letter" {
  queue_url = aws_sqs_queue.rule_dead_letter.id
  policy    = var.queue_policies.undelivered
}
