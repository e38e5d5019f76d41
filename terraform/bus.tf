locals {
  schema_files = fileset("${path.module}/../events/schemas", "*.json")

  # EventBridge's registry knows JSON Schema as of draft 4, so the newer draft's name and id are left out.
  schemas = {
    for file in local.schema_files : trimsuffix(file, ".json") => jsonencode(merge(
      { for k, v in jsondecode(file("${path.module}/../events/schemas/${file}")) : k => v if k != "$id" },
      { "$schema" = "http://json-schema.org/draft-04/schema#" }
    ))
  }
}

module "bus" {
  source = "./modules/bus"

  name           = local.bus_name
  retention_days = var.archive_retention_days
  schemas        = local.schemas
}
