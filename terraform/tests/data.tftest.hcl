# What is kept, and how it is protected.

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
    name           = "sealpost-test-notifications"
    partition_key  = "recipientId"
    key_attributes = ["recipientId"]
    ttl_attribute  = "expiresAt"
    protect        = true
    indexes        = { byName = { partition_key = "recipientId", sort_key = null, projection = "ALL" } }
  }

  assert {
    condition     = aws_dynamodb_table.this.billing_mode == "PAY_PER_REQUEST" && aws_dynamodb_table.this.deletion_protection_enabled && aws_dynamodb_table.this.point_in_time_recovery[0].enabled
    error_message = "On demand, recoverable, protected."
  }

  assert {
    condition     = aws_dynamodb_table.this.ttl[0].attribute_name == "expiresAt" && aws_dynamodb_table.this.ttl[0].enabled
    error_message = "Items expire by the TTL attribute."
  }
}

run "ciphertext_bucket" {
  command = plan

  module {
    source = "./modules/closed-bucket"
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

    alarm_topic_arn = "arn:aws:sns:eu-central-1:123456789012:sealpost-test-alarms"
  }

  assert {
    condition     = aws_cloudwatch_event_archive.this.retention_days == 0 && aws_cloudwatch_event_archive.this.event_source_arn == aws_cloudwatch_event_bus.this.arn
    error_message = "The archive keeps every event for ever."
  }

  assert {
    condition     = aws_schemas_schema.event["UserVerified.v1"].registry_name == "sealpost-test"
    error_message = "Schemas are in the registry."
  }

  assert {
    condition = toset([for a in values(aws_cloudwatch_metric_alarm.lost) : one(a.metric_query).expression]) == toset([
      for metric in ["FailedInvocations", "InvocationsFailedToBeSentToDlq"] :
      "SELECT SUM(${metric}) FROM SCHEMA(\"AWS/Events\", EventBusName, RuleName) WHERE EventBusName = 'sealpost-test'"
    ])
    error_message = "Alarms watch what rules could not deliver, to a queue or to its dead-letter queue."
  }
}
