locals {
  queue_alarms = {
    dead = {
      description = "Messages are in the dead-letter queue of ${var.name}. List them with: sealpost redrive ${var.name} --list"
      queue       = aws_sqs_queue.dead_letter.name
      metric      = "ApproximateNumberOfMessagesVisible"
      threshold   = 0
    }
    undelivered = {
      description = "The rule ${var.name} could not put events into its queue: is the queue's policy as it was deployed?"
      queue       = aws_sqs_queue.rule_dead_letter.name
      metric      = "ApproximateNumberOfMessagesVisible"
      threshold   = 0
    }
    behind = {
      description = "${var.name} is behind: its oldest message waits for more than ${var.oldest_message_seconds} seconds."
      queue       = aws_sqs_queue.queue.name
      metric      = "ApproximateAgeOfOldestMessage"
      threshold   = var.oldest_message_seconds
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "queue" {
  for_each = local.queue_alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/SQS"
  metric_name         = each.value.metric
  dimensions          = { QueueName = each.value.queue }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 2
  threshold           = each.value.threshold
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "failed_invocations" {
  alarm_name          = "${var.name}-failed-invocations"
  alarm_description   = "The rule ${var.name} failed to deliver events for good; they are in ${aws_sqs_queue.rule_dead_letter.name}, if that took them."
  namespace           = "AWS/Events"
  metric_name         = "FailedInvocations"
  dimensions          = { EventBusName = var.bus_name, RuleName = aws_cloudwatch_event_rule.this.name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}
