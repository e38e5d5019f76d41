output "url" {
  description = "Where the page is."
  value       = local.origin
}

output "distribution_id" {
  description = "The distribution, to invalidate its cache."
  value       = aws_cloudfront_distribution.this.id
}

locals {
  origin = "https://${var.domain == null ? aws_cloudfront_distribution.this.domain_name : var.domain.names[0]}"
}

output "policy" {
  description = "The bucket policy as JSON."
  value       = aws_s3_bucket_policy.this.policy
}

output "content_security_policy" {
  description = "What the page may load and whom it may talk to."
  value       = one(one(aws_cloudfront_response_headers_policy.this.security_headers_config).content_security_policy).content_security_policy
}
