locals {
  # SQS's longest retention. A message keeps its age when it moves to a dead-letter queue.
  fourteen_days = 1209600
}

resource "aws_sqs_queue" "queue" {
  name          = var.settings.name
  delay_seconds = var.delay_seconds
  # As Lambda's guide recommends (modules/function-consumer).
  visibility_timeout_seconds = 6 * var.settings.timeout_seconds + var.batching_window_seconds
  message_retention_seconds  = local.fourteen_days
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true
}

resource "aws_sqs_queue_policy" "queue" {
  queue_url = aws_sqs_queue.queue.id
  policy    = var.queue_policies.queue
}

resource "aws_sqs_queue" "dead_letter" {
  name                      = "${var.settings.name}-dead"
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
