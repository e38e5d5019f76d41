# The topic of the alarms. It is separate from the dashboard, because every other module names the topic.

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

# A trigger that could not repair does not fail the sign-in, so its error count stays zero. It reports the failure in
# a metric of its own (docs/aws-functions.md). An API function that could not publish answers 5xx, on which the API's
# alarm fires.
resource "aws_cloudwatch_metric_alarm" "not_published" {
  for_each = var.triggers

  alarm_name          = "${var.prefix}-${each.key}-failures"
  alarm_description   = "${each.key} failed by a fault of its own, after all its retries: look into its log group. An event that is missing is published at the user's next sign-in."
  namespace           = "Sealpost"
  metric_name         = "Failures"
  dimensions          = { Function = "${var.prefix}-${each.key}" }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}
