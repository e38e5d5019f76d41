# Policies of the consumers' queues. Each queue accepts messages only from its own rule, the reconciler's only from
# the bucket.

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

  reconcile_queue_arn = "${local.arn.sqs}:${local.prefix}-consumers-reconcile"

  reconcile_queue_policies = {
    queue = templatefile("${local.policies}/object-queue.json.tftpl", {
      account_id = local.account_id
      bucket_arn = local.ciphertext_bucket_arn
      queue_arn  = local.reconcile_queue_arn
    })
    dead = templatefile("${local.policies}/dead-letter-queue.json.tftpl", { queue_arn = "${local.reconcile_queue_arn}-dead" })
  }
}
