output "policy" {
  description = "The bucket's policy as JSON."
  value       = module.bucket.policy
}
