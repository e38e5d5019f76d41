output "rule_arn" {
  description = "The rule's ARN."
  value       = aws_cloudwatch_event_rule.this.arn
}

output "rule_name" {
  description = "The rule's name."
  value       = aws_cloudwatch_event_rule.this.name
}

output "event_pattern" {
  description = "What the rule matches, as JSON."
  value       = aws_cloudwatch_event_rule.this.event_pattern
}

output "queue_arn" {
  description = "The queue's ARN."
  value       = aws_sqs_queue.queue.arn
}

output "queues" {
  description = "URLs of the queue, of its dead-letter queue and of the rule's."
  value = {
    queue       = aws_sqs_queue.queue.url
    dead        = aws_sqs_queue.dead_letter.url
    undelivered = aws_sqs_queue.rule_dead_letter.url
  }
}

output "queue_policy" {
  description = "The queue's policy as JSON."
  value       = aws_sqs_queue_policy.queue.policy
}

output "visibility_timeout_seconds" {
  description = "How long a message that was taken is hidden."
  value       = aws_sqs_queue.queue.visibility_timeout_seconds
}
