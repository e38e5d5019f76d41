# A second copy of every event, in a bucket that an operator can read and copy. EventBridge's archive can be read only
# by a replay, in its own account and region. Losing it would lose everything, because all projections are built from
# it. Replayed events are not copied again.

resource "aws_cloudwatch_event_rule" "this" {
  name           = var.name
  description    = "Copies every event to ${var.bucket}"
  event_bus_name = var.bus_name
  event_pattern = jsonencode({
    source      = [{ prefix = "sealpost." }]
    replay-name = [{ exists = false }]
  })
}

resource "aws_cloudwatch_event_target" "this" {
  rule           = aws_cloudwatch_event_rule.this.name
  event_bus_name = var.bus_name
  target_id      = "copy"
  arn            = aws_kinesis_firehose_delivery_stream.this.arn
  role_arn       = aws_iam_role.rule.arn

  # A day is the longest retry that EventBridge allows. For longer outages of Firehose there is the archive.
  retry_policy {
    maximum_event_age_in_seconds = 86400
    maximum_retry_attempts       = 185
  }

  dead_letter_config {
    arn = aws_sqs_queue.lost.arn
  }
}

resource "aws_sqs_queue" "lost" {
  name                      = "${var.name}-lost"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "lost" {
  queue_url = aws_sqs_queue.lost.id
  policy    = var.policies.lost
}

resource "aws_kinesis_firehose_delivery_stream" "this" {
  #checkov:skip=CKV_AWS_241:Firehose keeps events for minutes, under AWS's own key. They hold no content and no address (docs/threat-model.md).
  name        = var.name
  destination = "extended_s3"

  server_side_encryption {
    enabled = true
  }

  extended_s3_configuration {
    role_arn            = aws_iam_role.stream.arn
    bucket_arn          = module.bucket.arn
    prefix              = "events/!{timestamp:yyyy/MM/dd/HH}/"
    error_output_prefix = "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/"
    buffering_interval  = 300
    buffering_size      = 5
    compression_format  = "GZIP"
  }

  depends_on = [aws_iam_role_policy.stream]
}

resource "aws_iam_role" "rule" {
  name               = "${var.name}-rule"
  description        = "Puts events into ${var.name}"
  assume_role_policy = var.policies.rule_trust
}

resource "aws_iam_role_policy" "rule" {
  name   = "stream"
  role   = aws_iam_role.rule.id
  policy = var.policies.rule
}

resource "aws_iam_role" "stream" {
  name               = "${var.name}-stream"
  description        = "Writes events into ${var.bucket}"
  assume_role_policy = var.policies.stream_trust
}

resource "aws_iam_role_policy" "stream" {
  name   = "bucket"
  role   = aws_iam_role.stream.id
  policy = var.policies.stream
}

# The only alarm on the copy. An event that Firehose did not accept stays here for 14 days.
resource "aws_cloudwatch_metric_alarm" "lost" {
  alarm_name          = "${var.name}-lost"
  alarm_description   = "Events are missing in ${var.bucket}: they are in the queue ${aws_sqs_queue.lost.name} for 14 days, and in the archive."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.lost.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}

module "bucket" {
  source = "../closed-bucket"

  name           = var.bucket
  policy         = var.policies.bucket
  force_destroy  = var.force_destroy
  retention_days = var.retention_days

  # Objects are written once, so a noncurrent version was deleted or overwritten by mistake.
  deleted_version_days = 365

  # The tag also makes the bucket depend on the archive: a destroy comes to the bucket first, which is not empty, and ends
  # there as long as the data is protected. EventBridge itself cannot protect an archive.
  tags = { "sealpost:archive" = var.archive_arn }
}
