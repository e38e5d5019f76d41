# Cognito calls this function synchronously, without a dead-letter queue, so a failed or throttled call is visible
# nowhere else. Calls may be hours apart, so one failure must be enough for the alarm.
locals {
  alarms = { for metric, text in local.texts : metric => text if metric != "Errors" || !var.refuses }
  texts = {
    Errors    = "fails: look into its log group. Who signs up or in meanwhile is repaired at their next sign-in."
    Throttles = "is throttled: the account's concurrency, or the function's own, is used up."
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.settings.name}-${each.key}"
  alarm_description   = "Function ${var.settings.name} ${each.value}"
  namespace           = "AWS/Lambda"
  metric_name         = each.key
  dimensions          = { FunctionName = module.function.lambda.name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.settings.alarm_topic_arn]
  ok_actions          = [var.settings.alarm_topic_arn]
}
