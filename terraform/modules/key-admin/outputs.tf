output "role_arn" {
  description = "The role's ARN."
  value       = aws_iam_role.this.arn
}

output "policy" {
  description = "What the role may do, as JSON."
  value       = aws_iam_role_policy.this.policy
}

output "trust_policy" {
  description = "Who may assume the role, as JSON."
  value       = aws_iam_role.this.assume_role_policy
}
