output "name" {
  description = "The function's name."
  value       = aws_lambda_function.this.function_name
}

output "arn" {
  description = "The function's ARN."
  value       = aws_lambda_function.this.arn
}

output "role_arn" {
  description = "The ARN of the function's role."
  value       = aws_iam_role.this.arn
}

output "invoke_arn" {
  description = "The ARN by which API Gateway calls the function."
  value       = aws_lambda_function.this.invoke_arn
}

output "environment" {
  description = "The function's environment variables."
  value       = var.environment
}

output "zip" {
  description = "The file name of the function's zip."
  value       = basename(var.settings.zip)
}
