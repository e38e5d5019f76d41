# One period is enough. With one request an hour, a second datapoint would never follow the first.
resource "aws_cloudwatch_metric_alarm" "failures" {
  alarm_name          = "${var.name}-api-failures"
  alarm_description   = "More than ${var.failures_percent} percent of the API's requests fail on our side."
  namespace           = "AWS/ApiGateway"
  metric_name         = "5XXError"
  dimensions          = { ApiName = var.name, Stage = aws_api_gateway_stage.this.stage_name }
  statistic           = "Average" # of 0 and 1 per request: the share
  period              = 300
  evaluation_periods  = 1
  threshold           = var.failures_percent / 100
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name          = "${var.name}-api-latency"
  alarm_description   = "One request in a hundred takes longer than ${var.p99_milliseconds} ms."
  namespace           = "AWS/ApiGateway"
  metric_name         = "Latency"
  dimensions          = { ApiName = var.name, Stage = aws_api_gateway_stage.this.stage_name }
  extended_statistic  = "p99"
  period              = 900
  evaluation_periods  = 1
  threshold           = var.p99_milliseconds
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"

  # Below 1,000 requests per period, a single cold start would be the p99.
  evaluate_low_sample_count_percentiles = "ignore"

  alarm_actions = [var.alarm_topic_arn]
  ok_actions    = [var.alarm_topic_arn]
}
