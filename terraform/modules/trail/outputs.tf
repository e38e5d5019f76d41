output "policy" {
  description = "The bucket's policy as JSON."
  value       = aws_s3_bucket_policy.this.policy
}
