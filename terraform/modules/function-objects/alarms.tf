locals {
  queue_alarms = {
    dead = {
      description = "Notices of objects are in the dead-letter queue of ${var.settings.name}: they were taken ${var.max_receive_count} times without success. Its log says why; docs/aws.md, how to send them back."
      queue       = aws_sqs_queue.dead_letter.name
      metric      = "ApproximateNumberOfMessagesVisible"
      threshold   = 0
      periods     = 1
    }
    behind = {
      description = "${var.settings.name} is behind: its oldest message waits for ${var.oldest_message_seconds} seconds longer than the queue holds it back."
      queue       = aws_sqs_queue.queue.name
      metric      = "ApproximateAgeOfOldestMessage"
      # SQS counts the age from sending, including the delay.
      threshold = var.delay_seconds + var.batching_window_seconds + var.oldest_message_seconds
      periods   = 3
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "queue" {
  for_each = local.queue_alarms

  alarm_name          = "${var.settings.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/SQS"
  metric_name         = each.value.metric
  dimensions          = { QueueName = each.value.queue }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = each.value.periods
  threshold           = each.value.threshold
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.settings.alarm_topic_arn]
  ok_actions          = [var.settings.alarm_topic_arn]
}
