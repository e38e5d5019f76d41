# Events that a rule neither delivered nor put into its dead-letter queue. The subscriber gets them only by a replay.
# One query covers the rules of all subscribers, including other teams. It costs as much as the metrics that it finds,
# which is nothing unless deliveries fail.
resource "aws_cloudwatch_metric_alarm" "lost" {
  for_each = { failed-invocations = "FailedInvocations", lost = "InvocationsFailedToBeSentToDlq" }

  alarm_name          = "${var.name}-bus-${each.key}"
  alarm_description   = "A rule of the bus ${var.name} lost events: neither its queue nor its dead-letter queue took them (the dashboard says which rule). The archive has them: repair the queues' policies, then replay to that rule."
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  metric_query {
    id          = "lost"
    label       = each.value
    period      = 60
    return_data = true
    expression  = "SELECT SUM(${each.value}) FROM SCHEMA(\"AWS/Events\", EventBusName, RuleName) WHERE EventBusName = '${var.name}'"
  }
}
