# One DynamoDB table: on demand, recoverable to any second of the last 35 days, protected from deletion, and with an
# alarm when it throttles.

resource "aws_dynamodb_table" "this" {
  #checkov:skip=CKV_AWS_119:DynamoDB encrypts with its own key. What is worth more protection, the content of messages, never comes here; a key of ours would cost a KMS call per request and a kms:Decrypt for every function that reads.
  name                        = var.name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = var.partition_key
  range_key                   = var.sort_key
  deletion_protection_enabled = var.protect

  dynamic "attribute" {
    for_each = var.key_attributes
    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = var.indexes
    content {
      name            = global_secondary_index.key
      hash_key        = global_secondary_index.value.partition_key
      range_key       = global_secondary_index.value.sort_key
      projection_type = global_secondary_index.value.projection
    }
  }

  dynamic "ttl" {
    for_each = var.ttl_attribute == null ? [] : [var.ttl_attribute]
    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  point_in_time_recovery {
    enabled = true
  }
}

# The table's metric leaves its indexes out, and an index that is short of capacity throttles the table's writes.
locals {
  throttled = merge([
    for metric in ["ReadThrottleEvents", "WriteThrottleEvents"] : merge(
      { (metric) = { metric = metric, index = null } },
      { for index in keys(var.indexes) : "${index}-${metric}" => { metric = metric, index = index } },
    )
  ]...)
}

resource "aws_cloudwatch_metric_alarm" "throttles" {
  for_each = local.throttled

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = "${each.value.index == null ? "Table ${var.name}" : "The index ${each.value.index} of table ${var.name}"} throttles: a hot partition, or more traffic at once than on-demand capacity follows."
  namespace         = "AWS/DynamoDB"
  metric_name       = each.value.metric
  dimensions = merge(
    { TableName = aws_dynamodb_table.this.name },
    each.value.index == null ? {} : { GlobalSecondaryIndexName = each.value.index },
  )
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}
