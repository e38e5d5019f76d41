# The web page: a closed bucket that one distribution reads, security headers, and the configuration file that tells
# the page the API and the user pool.

resource "aws_cloudfront_origin_access_control" "this" {
  name                              = var.name
  description                       = "Signs the requests to ${var.bucket}"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_distribution" "this" {
  #checkov:skip=CKV_AWS_68:A web ACL is a variable (web_acl_arn): it costs at least 5 USD a month, and behind this distribution are static files.
  #checkov:skip=CKV2_AWS_47:The same web ACL; nothing here runs Java.
  #checkov:skip=CKV_AWS_86:Access logs would hold visitors' addresses, and only static files are asked for.
  #checkov:skip=CKV_AWS_174:CloudFront's own certificate admits no newer minimum; with web_domain it is TLSv1.2_2021.
  #checkov:skip=CKV2_AWS_42:A certificate of one's own comes with web_domain.
  #checkov:skip=CKV_AWS_310:There is one origin, S3 in one region, as the API is.
  #checkov:skip=CKV_AWS_374:Who may use the page is the user pool's business and not geography's.
  comment             = var.name
  enabled             = true
  is_ipv6_enabled     = true
  http_version        = "http2and3"
  price_class         = "PriceClass_100"
  default_root_object = "index.html"
  aliases             = var.domain == null ? [] : var.domain.names
  web_acl_id          = var.web_acl_arn == "" ? null : var.web_acl_arn

  origin {
    origin_id                = "page"
    domain_name              = aws_s3_bucket.this.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.this.id
  }

  default_cache_behavior {
    target_origin_id           = "page"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = "658327ea-f89d-4fab-a63d-7e88639e58f6" # Managed-CachingOptimized
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id
  }

  # Without the right to list the bucket, S3 answers 403 for a missing object.
  custom_error_response {
    error_code         = 403
    response_code      = 404
    response_page_path = "/404.html"
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = var.domain == null
    acm_certificate_arn            = var.domain == null ? null : var.domain.certificate_arn
    ssl_support_method             = var.domain == null ? null : "sni-only"
    minimum_protocol_version       = var.domain == null ? "TLSv1" : "TLSv1.2_2021"
  }
}
