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

output "invoke_arn" {
  description = "The ARN by which API Gateway calls the function."
  value       = module.function.invoke_arn
}

output "environment" {
  description = "The function's environment variables."
  value       = module.function.environment
}
