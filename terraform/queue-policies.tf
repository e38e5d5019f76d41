# Policies of the consumers' queues: each queue takes from its own rule alone.

locals {
  consumer_rule_arns = {
    for key, c in local.consumers : key => "${local.arn.events}:rule/${local.bus_name}/${local.prefix}-consumers-${key}"
  }

  queue_policies = {
    for key, c in local.consumers : key => {
      queue = templatefile("${local.policies}/event-queue.json.tftpl", {
        rule_arn  = local.consumer_rule_arns[key]
        queue_arn = "${local.arn.sqs}:${local.prefix}-consumers-${key}"
      })
      dead = templatefile("${local.policies}/dead-letter-queue.json.tftpl", {
        queue_arn = "${local.arn.sqs}:${local.prefix}-consumers-${key}-dead"
      })
      undelivered = templatefile("${local.policies}/event-queue.json.tftpl", {
        rule_arn  = local.consumer_rule_arns[key]
        queue_arn = "${local.arn.sqs}:${local.prefix}-consumers-${key}-undelivered"
      })
    }
  }
}
