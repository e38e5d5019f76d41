output "bucket" {
  description = "The bucket of the copy."
  value       = aws_s3_bucket.this.id
}

output "policies" {
  description = "What was given as policies, as JSON."
  value       = var.policies
}
