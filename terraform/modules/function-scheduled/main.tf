# A function that runs by the clock.

module "function" {
  source = "../function"

  settings    = var.settings
  policy      = var.policy
  environment = var.environment
}

resource "aws_cloudwatch_event_rule" "schedule" {
  name                = var.settings.name
  description         = "Runs ${var.settings.name}"
  schedule_expression = "rate(${var.every_minutes} minutes)"
}

resource "aws_cloudwatch_event_target" "schedule" {
  rule      = aws_cloudwatch_event_rule.schedule.name
  target_id = "function"
  arn       = module.function.lambda.arn

  # The next run does what this one could not.
  retry_policy {
    maximum_event_age_in_seconds = 60
    maximum_retry_attempts       = 0
  }
}

# Further runs by a slower clock, which say in their detail what they are for.
resource "aws_cloudwatch_event_rule" "further" {
  for_each = var.further

  name                = "${var.settings.name}-${each.key}"
  description         = "Runs ${var.settings.name} with ${jsonencode(each.value.detail)}"
  schedule_expression = "rate(${each.value.every_hours} hours)"
}

resource "aws_cloudwatch_event_target" "further" {
  for_each = var.further

  rule      = aws_cloudwatch_event_rule.further[each.key].name
  target_id = "function"
  arn       = module.function.lambda.arn
  input = jsonencode({
    source      = "aws.events"
    detail-type = "Scheduled Event"
    detail      = each.value.detail
  })

  # The next one is hours away.
  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = 10
  }
}

resource "aws_lambda_permission" "further" {
  for_each = var.further

  statement_id  = each.key
  action        = "lambda:InvokeFunction"
  function_name = module.function.lambda.name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.further[each.key].arn
}

resource "aws_lambda_function_event_invoke_config" "this" {
  function_name                = module.function.lambda.name
  maximum_event_age_in_seconds = 60
  maximum_retry_attempts       = 0
}

resource "aws_lambda_permission" "schedule" {
  statement_id  = "schedule"
  action        = "lambda:InvokeFunction"
  function_name = module.function.lambda.name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.schedule.arn
}

resource "aws_cloudwatch_metric_alarm" "not_run" {
  alarm_name          = "${var.settings.name}-not-run"
  alarm_description   = "${var.settings.name} missed four runs: what it repairs stays broken."
  namespace           = "AWS/Lambda"
  metric_name         = "Invocations"
  dimensions          = { FunctionName = module.function.lambda.name }
  statistic           = "Sum"
  period              = 120 * var.every_minutes
  evaluation_periods  = 2
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = [var.settings.alarm_topic_arn]
  ok_actions          = [var.settings.alarm_topic_arn]
}
