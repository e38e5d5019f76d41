locals {
  schema_files = fileset("${path.module}/../events/schemas", "*.json")

  # EventBridge's registry knows JSON Schema as of draft 4: the newer draft's name and id are left out, and const, which
  # came later, is an enum of one.
  schemas = {
    for file in local.schema_files : trimsuffix(file, ".json") => replace(jsonencode(merge(
      { for k, v in jsondecode(file("${path.module}/../events/schemas/${file}")) : k => v if k != "$id" },
      { "$schema" = "http://json-schema.org/draft-04/schema#" }
    )), "/\"const\":([^,}]+)/", "\"enum\":[$1]")
  }
}

module "bus" {
  source = "./modules/bus"

  name           = local.bus_name
  retention_days = var.archive_retention_days
  schemas        = local.schemas

  alarm_topic_arn = module.watching.topic_arn
}
