output "id" {
  description = "The identity pool's id."
  value       = aws_cognito_identity_pool.this.id
}

output "role_arn" {
  description = "The role of signed-in users."
  value       = aws_iam_role.opener.arn
}
