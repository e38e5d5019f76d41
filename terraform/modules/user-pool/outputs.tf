output "id" {
  description = "The pool's id."
  value       = aws_cognito_user_pool.this.id
}

output "arn" {
  description = "The pool's ARN."
  value       = aws_cognito_user_pool.this.arn
}

output "endpoint" {
  description = "The pool as an issuer without https://: what the identity pool calls its provider."
  value       = aws_cognito_user_pool.this.endpoint
}

output "client_id" {
  description = "The app client's id."
  value       = aws_cognito_user_pool_client.this.id
}
