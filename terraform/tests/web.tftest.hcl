# How the page is served.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "web" {
  module {
    source = "./modules/web"
  }

  variables {
    name            = "sealpost-test-web"
    bucket          = "sealpost-test-web"
    partition       = "aws"
    policies        = "policies"
    folder          = "../web/static"
    config          = "{}"
    connect_origins = ["https://api.example.org"]
    domain          = null
    web_acl_arn     = ""
  }

  assert {
    condition = alltrue([
      for directive in flatten(regexall("\\t\"([a-z-]+ '[^\"]*)\",", file("../web/headers.go"))) :
      contains(split("; ", aws_cloudfront_response_headers_policy.this.security_headers_config[0].content_security_policy[0].content_security_policy), directive)
    ]) && length(regexall("\\t\"([a-z-]+ '[^\"]*)\",", file("../web/headers.go"))) >= 8
    error_message = "The page has the content security policy that web/headers.go argues for."
  }

  assert {
    condition     = contains(split("; ", aws_cloudfront_response_headers_policy.this.security_headers_config[0].content_security_policy[0].content_security_policy), "connect-src 'self' https://api.example.org")
    error_message = "The page talks to its own origin, the API and the user pool alone."
  }

  assert {
    condition     = contains(keys(aws_s3_object.file), "index.html") && aws_s3_object.file["index.html"].content_type == "text/html; charset=utf-8" && !contains(keys(aws_s3_object.file), "config.json")
    error_message = "The page's files are uploaded with their types, and no file takes the configuration's place."
  }

  assert {
    condition     = aws_cloudfront_distribution.this.default_cache_behavior[0].viewer_protocol_policy == "redirect-to-https"
    error_message = "The page is served over TLS."
  }

  assert {
    condition     = one(aws_cloudfront_distribution.this.origin).origin_access_control_id == aws_cloudfront_origin_access_control.this.id
    error_message = "The distribution signs its requests to the bucket."
  }

  assert {
    condition     = aws_s3_object.config.key == "config.json" && aws_s3_object.config.content_type == "application/json"
    error_message = "The page finds its configuration."
  }
}
