# Where alarms go. It stands apart from the dashboard, because every other module names the topic.

resource "aws_sns_topic" "alarms" {
  #checkov:skip=CKV_AWS_26:An alarm says names and numbers. CloudWatch could not publish to a topic under the key that AWS manages, and a key of ours costs 1 USD a month.
  name = "${var.prefix}-alarms"
}

resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = var.topic_policy
}

resource "aws_sns_topic_subscription" "alarms" {
  for_each = var.emails

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

# Sealpost's own metrics (docs/aws-functions.md), which the functions write as EMF lines.
resource "aws_cloudwatch_metric_alarm" "encryption" {
  alarm_name          = "${var.prefix}-encryption-latency"
  alarm_description   = "One encryption in a hundred takes longer than ${var.encryption_milliseconds} ms: KMS is slow or throttles."
  namespace           = "Sealpost"
  metric_name         = "EncryptionLatency"
  dimensions          = { Function = "${var.prefix}-producers-storemessage" }
  extended_statistic  = "p99"
  period              = 300
  evaluation_periods  = 3
  threshold           = var.encryption_milliseconds
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "not_published" {
  for_each = var.publishers

  alarm_name          = "${var.prefix}-${each.key}-not-published"
  alarm_description   = "${each.key} could not publish events after all its retries. The reconciler publishes what is missing; look into why."
  namespace           = "Sealpost"
  metric_name         = "FailuresUnpublished"
  dimensions          = { Function = "${var.prefix}-${each.key}" }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
