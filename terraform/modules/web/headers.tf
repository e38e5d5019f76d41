resource "aws_cloudfront_response_headers_policy" "this" {
  name    = var.name
  comment = "Security headers of ${var.name}"

  security_headers_config {
    content_security_policy {
      override = true
      # Scripts and styles from here alone, data from the API and the user pool alone: what a file's name or a username
      # might smuggle in has nowhere to run and nowhere to report to.
      content_security_policy = join("; ", [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "manifest-src 'self'",
        "connect-src 'self' ${join(" ", var.connect_origins)}",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ])
    }

    content_type_options {
      override = true
    }

    frame_options {
      frame_option = "DENY"
      override     = true
    }

    referrer_policy {
      referrer_policy = "no-referrer"
      override        = true
    }

    strict_transport_security {
      access_control_max_age_sec = 31536000
      include_subdomains         = true
      override                   = true
    }
  }
}
