output "id" {
  description = "The identity pool's id."
  value       = aws_cognito_identity_pool.this.id
}

output "role_arn" {
  description = "The role of signed-in users."
  value       = aws_iam_role.opener.arn
}

output "policy" {
  description = "What signed-in users may do, as JSON."
  value       = aws_iam_role_policy.opener.policy
}

output "trust_policy" {
  description = "Who becomes a signed-in user, as JSON."
  value       = aws_iam_role.opener.assume_role_policy
}
