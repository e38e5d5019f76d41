output "topic_arn" {
  description = "The topic that alarms go to."
  value       = aws_sns_topic.alarms.arn
}

output "topic_policy" {
  description = "The topic's policy as JSON."
  value       = aws_sns_topic_policy.alarms.policy
}
