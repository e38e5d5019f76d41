output "name" {
  description = "The function's name."
  value       = module.function.name
}

output "arn" {
  description = "The function's ARN."
  value       = module.function.arn
}

output "role_arn" {
  description = "The ARN of the function's role."
  value       = module.function.role_arn
}

output "zip" {
  description = "The file name of the function's zip."
  value       = module.function.zip
}

output "rule_arn" {
  description = "The ARN of the consumer's rule: what a replay names."
  value       = module.subscription.rule_arn
}

output "rule_name" {
  description = "The name of the consumer's rule."
  value       = module.subscription.rule_name
}

output "event_pattern" {
  description = "What the consumer's rule matches, as JSON."
  value       = module.subscription.event_pattern
}

output "queues" {
  description = "URLs of the queue and of its two dead-letter queues."
  value       = module.subscription.queues
}

output "environment" {
  description = "The function's environment variables."
  value       = module.function.environment
}
