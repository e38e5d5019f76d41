# What is kept, how it is protected, and how the page is served.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

run "table" {
  command = plan

  module {
    source = "./modules/table"
  }

  variables {
    name            = "sealpost-test-unread-1"
    partition_key   = "recipientId"
    sort_key        = "messageId"
    key_attributes  = ["recipientId", "messageId", "unread"]
    indexes         = { unread = { partition_key = "recipientId", sort_key = "unread", projection = "KEYS_ONLY" } }
    ttl_attribute   = "expiresAt"
    protect         = true
    alarm_topic_arn = "arn:aws:sns:eu-central-1:123456789012:sealpost-test-alarms"
  }

  assert {
    condition     = aws_dynamodb_table.this.billing_mode == "PAY_PER_REQUEST" && aws_dynamodb_table.this.deletion_protection_enabled && aws_dynamodb_table.this.point_in_time_recovery[0].enabled
    error_message = "On demand, recoverable, protected."
  }

  assert {
    condition     = aws_dynamodb_table.this.ttl[0].attribute_name == "expiresAt" && aws_dynamodb_table.this.ttl[0].enabled
    error_message = "Items expire by the TTL attribute."
  }

  assert {
    condition     = toset(keys(aws_cloudwatch_metric_alarm.throttles)) == toset(["ReadThrottleEvents", "WriteThrottleEvents"])
    error_message = "Throttles ring an alarm."
  }
}

run "ciphertext_bucket" {
  command = plan

  module {
    source = "./modules/ciphertext-bucket"
  }

  variables {
    name          = "sealpost-test-ciphertext"
    policy        = "{}"
    force_destroy = false
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls, aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.ignore_public_acls, aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "All public access is blocked."
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled" && aws_s3_bucket_ownership_controls.this.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "Versions are kept, and the bucket's owner owns what is in it."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[0].abort_incomplete_multipart_upload[0].days_after_initiation == 1
    error_message = "Incomplete uploads go after a day."
  }

  assert {
    condition     = !aws_s3_bucket.this.force_destroy
    error_message = "Destroying does not delete messages."
  }
}

run "bus" {
  command = plan

  module {
    source = "./modules/bus"
  }

  variables {
    name           = "sealpost-test"
    retention_days = 0
    schemas        = { "UserVerified.v1" = "{}" }
  }

  assert {
    condition     = aws_cloudwatch_event_archive.this.retention_days == 0 && aws_cloudwatch_event_archive.this.event_source_arn == aws_cloudwatch_event_bus.this.arn
    error_message = "The archive keeps every event for ever."
  }

  assert {
    condition     = aws_schemas_schema.event["UserVerified.v1"].registry_name == "sealpost-test"
    error_message = "Schemas are in the registry."
  }
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
    folder          = "../web"
    config          = "{}"
    connect_origins = ["https://api.example.org"]
    domain          = null
    web_acl_arn     = ""
  }

  assert {
    condition     = strcontains(aws_cloudfront_response_headers_policy.this.security_headers_config[0].content_security_policy[0].content_security_policy, "default-src 'none'; script-src 'self'; style-src 'self';") && strcontains(aws_cloudfront_response_headers_policy.this.security_headers_config[0].content_security_policy[0].content_security_policy, "connect-src 'self' https://api.example.org;")
    error_message = "The page runs its own scripts and calls the API alone."
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
