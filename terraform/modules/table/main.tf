# One DynamoDB table: on demand, recoverable to any second of the last 35 days, and protected from deletion. It has no
# alarm, because throttling makes the API fail or a consumer late, which have alarms.

resource "aws_dynamodb_table" "this" {
  #checkov:skip=CKV_AWS_119:DynamoDB encrypts with its own key. What is worth more protection, the content of messages, never comes here; a key of ours would cost a KMS call per request and a kms:Decrypt for every function that reads.
  name                        = var.name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = var.partition_key
  range_key                   = var.sort_key
  deletion_protection_enabled = var.protect

  dynamic "attribute" {
    for_each = var.key_attributes
    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = var.indexes
    content {
      name            = global_secondary_index.key
      hash_key        = global_secondary_index.value.partition_key
      range_key       = global_secondary_index.value.sort_key
      projection_type = global_secondary_index.value.projection
    }
  }

  dynamic "ttl" {
    for_each = var.ttl_attribute == null ? [] : [var.ttl_attribute]
    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  point_in_time_recovery {
    enabled = true
  }
}
