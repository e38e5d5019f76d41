locals {
  schema_files = fileset("${path.module}/../events/schemas", "*.json")

  # EventBridge's registry supports JSON Schema draft 4. The name and id of the newer draft are therefore omitted, and
  # const, which is newer, becomes an enum with one value.
  schemas = {
    for file in local.schema_files : trimsuffix(file, ".json") => replace(jsonencode(merge(
      { for k, v in jsondecode(file("${path.module}/../events/schemas/${file}")) : k => v if k != "$id" },
      { "$schema" = "http://json-schema.org/draft-04/schema#" }
    )), "/\"const\":([^,}]+)/", "\"enum\":[$1]")
  }
}

module "archive_copy" {
  source = "./modules/archive-copy"
  count  = var.archive_copy.enabled ? 1 : 0

  name            = "${local.prefix}-archive-copy"
  bus_name        = module.bus.name
  archive_arn     = module.bus.archive_arn
  bucket          = local.archive_bucket
  force_destroy   = !var.protect_data
  retention_days  = var.archive_copy.retention_days
  alarm_topic_arn = module.watching.topic_arn

  policies = {
    bucket       = templatefile("${local.policies}/archive-copy-bucket.json.tftpl", { bucket_arn = local.archive_bucket_arn })
    rule         = templatefile("${local.policies}/archive-copy-rule.json.tftpl", local.archive_copy_values)
    rule_trust   = templatefile("${local.policies}/archive-copy-rule-trust.json.tftpl", local.archive_copy_values)
    stream       = templatefile("${local.policies}/archive-copy-stream.json.tftpl", local.archive_copy_values)
    stream_trust = templatefile("${local.policies}/archive-copy-stream-trust.json.tftpl", local.archive_copy_values)
    lost = templatefile("${local.policies}/event-queue.json.tftpl", {
      queue_arn = "${local.arn.sqs}:${local.prefix}-archive-copy-lost"
      rule_arn  = "${local.arn.events}:rule/${local.bus_name}/${local.prefix}-archive-copy"
    })
  }
}

locals {
  archive_copy_values = {
    partition          = local.partition
    region             = var.region
    account_id         = local.account_id
    prefix             = local.prefix
    archive_bucket_arn = local.archive_bucket_arn
  }
}

module "bus" {
  source = "./modules/bus"

  name           = local.bus_name
  retention_days = var.archive_retention_days
  schemas        = local.schemas

  alarm_topic_arn = module.watching.topic_arn
}
