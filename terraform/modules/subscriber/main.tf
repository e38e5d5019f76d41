# How another team follows the bus: a rule and a queue of their own in the bus's account, which they read with their
# own roles, in this account or another. They read at their own pace and cannot slow down other subscribers. The
# schema registry describes the events, and the Go module's package events decodes them.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account  = data.aws_caller_identity.current.account_id
  prefix   = "arn:${data.aws_partition.current.partition}"
  name     = "${var.bus_name}-subscriber-${var.name}"
  sqs      = "${local.prefix}:sqs:${var.region}:${local.account}"
  policies = "${path.module}/../../policies"

  values = {
    rule_arn   = "${local.prefix}:events:${var.region}:${local.account}:rule/${var.bus_name}/${local.name}"
    reader_arn = var.reader_arn
  }
}

module "subscription" {
  source = "../subscription"

  name                       = local.name
  bus_name                   = var.bus_name
  events                     = var.events
  replays                    = var.replays
  visibility_timeout_seconds = var.visibility_timeout_seconds
  max_receive_count          = var.max_receive_count
  oldest_message_seconds     = var.oldest_message_seconds
  alarm_topic_arn            = var.alarm_topic_arn

  queue_policies = {
    queue       = templatefile("${local.policies}/subscriber-queue.json.tftpl", merge(local.values, { queue_arn = "${local.sqs}:${local.name}" }))
    dead        = templatefile("${local.policies}/dead-letter-queue.json.tftpl", { queue_arn = "${local.sqs}:${local.name}-dead" })
    undelivered = templatefile("${local.policies}/event-queue.json.tftpl", merge(local.values, { queue_arn = "${local.sqs}:${local.name}-undelivered" }))
  }
}
