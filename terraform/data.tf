# Stored data: a table per generation of each projection, the notification ledger, and the ciphertext.
# docs/aws-data-model.md describes their contents.

locals {
  projection_tables = {
    users = {
      partition_key = "userId", sort_key = null, ttl_attribute = null
      indexes = {
        byUsername = { partition_key = "usernameKey", sort_key = "verifiedEventId", projection = "ALL" }
        directory  = { partition_key = "directory", sort_key = "directoryKey", projection = "ALL" }
      }
    }
    inbox  = { partition_key = "recipientId", sort_key = "messageId", ttl_attribute = null, indexes = {} }
    unread = { partition_key = "recipientId", sort_key = "entry", ttl_attribute = "expiresAt", indexes = {} }
  }

  # DynamoDB requires a declaration for exactly those attributes that are keys of the table or of an index.
  projection_key_attributes = {
    for name, t in local.projection_tables : name => toset(compact(concat(
      [t.partition_key, t.sort_key], flatten([for i in values(t.indexes) : [i.partition_key, i.sort_key]])
    )))
  }
}

locals {
  # Only the live generation is protected. Others can be rebuilt from the archive, and one apply must be able to drop
  # them.
  protected_generations = {
    for key, c in local.consumers : key => var.protect_data && c.generation == var.projection_generations[c.consumer].live
    if c.generation != null
  }
}

module "projection_table" {
  source   = "./modules/table"
  for_each = { for key, c in local.consumers : key => c if c.generation != null }

  name           = "${local.prefix}-${each.key}"
  partition_key  = local.projection_tables[each.value.consumer].partition_key
  sort_key       = local.projection_tables[each.value.consumer].sort_key
  indexes        = local.projection_tables[each.value.consumer].indexes
  key_attributes = local.projection_key_attributes[each.value.consumer]
  ttl_attribute  = local.projection_tables[each.value.consumer].ttl_attribute
  protect        = local.protected_generations[each.key]
}

module "notifications_table" {
  source = "./modules/table"

  name           = local.notifications_table
  partition_key  = "recipientId"
  key_attributes = ["recipientId"]
  ttl_attribute  = "expiresAt"
  protect        = var.protect_data
}

# Reserved usernames, so that no new user can imitate another.
module "names_table" {
  source = "./modules/table"

  name           = local.names_table
  partition_key  = "skeleton"
  key_attributes = ["skeleton"]
  protect        = var.protect_data
}

module "ciphertext_bucket" {
  source = "./modules/closed-bucket"

  name          = local.ciphertext_bucket
  force_destroy = !var.protect_data
  policy        = templatefile("${local.policies}/ciphertext-bucket.json.tftpl", { bucket_arn = local.ciphertext_bucket_arn })
}
