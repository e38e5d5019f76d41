resource "aws_cloudfront_response_headers_policy" "this" {
  #checkov:skip=CKV_AWS_259:All but preload is set. Preloading cannot be taken back for months, so it is the domain's owner who asks for it.
  name    = var.name
  comment = "Security headers of ${var.name}"

  security_headers_config {
    content_security_policy {
      override = true
      # The policy of the embedded backend (web/headers.go has the reasons for each line), with the origins that the
      # page calls here. A test compares the two.
      content_security_policy = join("; ", [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self' ${join(" ", var.connect_origins)}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
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
  custom_headers_config {
    dynamic "items" {
      for_each = {
        Cross-Origin-Opener-Policy   = "same-origin"
        Cross-Origin-Resource-Policy = "same-origin"
        Permissions-Policy           = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
      }
      content {
        header   = items.key
        value    = items.value
        override = true
      }
    }
  }
}
