output "function" {
  description = "What modules/function says of the function."
  value       = module.function
}
