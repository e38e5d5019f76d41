output "lambda" {
  description = "The Lambda, as modules/function describes it."
  value       = module.function.lambda
}
