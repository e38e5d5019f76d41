# Sends a mail for every AWS API call that could give access to messages (docs/threat-model.md says what each would
# give). EventBridge gets these calls from CloudTrail. Rules are free, while alarms on a metric filter are not.

resource "aws_cloudwatch_event_rule" "access" {
  for_each = local.patterns

  name          = "${var.prefix}-access-${each.key}"
  description   = "Reports calls that could give access to messages: ${each.key}"
  event_pattern = jsonencode(each.value)
}

resource "aws_cloudwatch_event_target" "access" {
  for_each = local.patterns

  rule      = aws_cloudwatch_event_rule.access[each.key].name
  target_id = "alarms"
  arn       = var.alarm_topic_arn

  input_transformer {
    input_paths = {
      call   = "$.detail.eventName"
      caller = "$.detail.userIdentity.arn"
      time   = "$.time"
      source = "$.source"
    }
    input_template = "\"${var.prefix}: <source> <call> by <caller> at <time> (${each.key}). If this was no deployment of yours, see docs/threat-model.md.\""
  }
}

# CloudTrail logs calls of global services in us-east-1 only. This rule forwards them to this region, which has the
# rules.
resource "aws_cloudwatch_event_rule" "global" {
  count  = local.elsewhere ? 1 : 0
  region = "us-east-1"

  name          = "${var.prefix}-access-global"
  description   = "Sends calls of IAM and CloudFront to ${var.region}"
  event_pattern = jsonencode({ source = ["aws.iam", "aws.cloudfront"], detail-type = ["AWS API Call via CloudTrail"] })
}

resource "aws_cloudwatch_event_target" "global" {
  count  = local.elsewhere ? 1 : 0
  region = "us-east-1"

  rule      = aws_cloudwatch_event_rule.global[0].name
  target_id = "region"
  arn       = var.default_bus_arn
  role_arn  = aws_iam_role.global[0].arn
}

resource "aws_iam_role" "global" {
  count = local.elsewhere ? 1 : 0

  name               = "${var.prefix}-access-global"
  description        = "Sends calls of global services from us-east-1 to ${var.region}"
  assume_role_policy = templatefile("${var.policies}/access-global-trust.json.tftpl", { account_id = var.account_id })
}

resource "aws_iam_role_policy" "global" {
  count = local.elsewhere ? 1 : 0

  name   = "bus"
  role   = aws_iam_role.global[0].id
  policy = templatefile("${var.policies}/access-global.json.tftpl", { bus_arn = var.default_bus_arn })
}

locals {
  elsewhere = var.region != "us-east-1"
}
