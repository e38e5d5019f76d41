output "bucket" {
  description = "The bucket of the copy."
  value       = module.bucket.name
}

output "policies" {
  description = "What was given as policies, as JSON."
  value       = var.policies
}
