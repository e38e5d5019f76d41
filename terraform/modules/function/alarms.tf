locals {
  alarms = {
    Errors    = "fails: look into its log group, and for a consumer into its dead-letter queue too."
    Throttles = "is throttled: its concurrency, or the account's, is used up."
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.settings.name}-${each.key}"
  alarm_description   = "Function ${var.settings.name} ${each.value}"
  namespace           = "AWS/Lambda"
  metric_name         = each.key
  dimensions          = { FunctionName = aws_lambda_function.this.function_name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 2
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.settings.alarm_topic_arn]
  ok_actions          = [var.settings.alarm_topic_arn]
}
