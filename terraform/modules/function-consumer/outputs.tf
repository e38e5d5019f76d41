output "lambda" {
  description = "The Lambda, as modules/function describes it."
  value       = module.function.lambda
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
