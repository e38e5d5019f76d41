output "rule_arn" {
  description = "The subscriber's rule: what a replay for it names."
  value       = module.subscription.rule_arn
}

output "queue_arn" {
  description = "The queue, for an event source mapping."
  value       = module.subscription.queue_arn
}

output "queues" {
  description = "URLs of the queue and of its two dead-letter queues."
  value       = module.subscription.queues
}

output "event_pattern" {
  description = "What the subscriber's rule matches, as JSON."
  value       = module.subscription.event_pattern
}

output "queue_policy" {
  description = "The queue's policy as JSON."
  value       = module.subscription.queue_policy
}
