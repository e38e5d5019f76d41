# The bus, the archive from which projections are rebuilt, and a registry with the schema of every event for
# subscribers.

resource "aws_cloudwatch_event_bus" "this" {
  name = var.name
}

resource "aws_cloudwatch_event_archive" "this" {
  name             = var.name
  description      = "Every event of ${var.name}"
  event_source_arn = aws_cloudwatch_event_bus.this.arn
  event_pattern    = jsonencode({ source = [{ prefix = "sealpost." }] })
  retention_days   = var.retention_days
}

resource "aws_schemas_registry" "this" {
  name        = var.name
  description = "Schemas of the events on the bus ${var.name}"
}

resource "aws_schemas_schema" "event" {
  for_each = var.schemas

  name          = each.key
  registry_name = aws_schemas_registry.this.name
  type          = "JSONSchemaDraft4"
  description   = "Detail of the event ${each.key}"
  content       = each.value
}
