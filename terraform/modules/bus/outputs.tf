output "name" {
  description = "The bus's name."
  value       = aws_cloudwatch_event_bus.this.name
}

output "arn" {
  description = "The bus's ARN."
  value       = aws_cloudwatch_event_bus.this.arn
}

output "archive_arn" {
  description = "The archive's ARN: what a replay reads."
  value       = aws_cloudwatch_event_archive.this.arn
}

output "schemas" {
  description = "Names of the schemas in the registry."
  value       = keys(aws_schemas_schema.event)
}
