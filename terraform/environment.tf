# The variables that functions may get. functions.json says which function gets which.

locals {
  environment = {
    SEALPOST_BUS                 = local.bus_name
    SEALPOST_NAME_PREFIX         = local.prefix
    SEALPOST_USERS_TABLE         = local.live_tables.users
    SEALPOST_INBOX_TABLE         = local.live_tables.inbox
    SEALPOST_UNREAD_TABLE        = local.live_tables.unread
    SEALPOST_NOTIFICATIONS_TABLE = local.notifications_table
    SEALPOST_CIPHERTEXT_BUCKET   = local.ciphertext_bucket
    SEALPOST_USER_POOL_ID        = module.user_pool.id
    SEALPOST_IDENTITY_POOL_ID    = module.identity_pool.id
    SEALPOST_KEY_STRATEGY        = var.key_strategy
    SEALPOST_OPENER_ROLE_ARN     = local.key_policy_values.opener_role_arn
    SEALPOST_SENDER_ROLE_ARN     = local.key_policy_values.sender_role_arn
    SEALPOST_KEY_MAKER_ROLE_ARN  = local.key_policy_values.key_maker_role_arn
    SEALPOST_ADMIN_ROLE_ARN      = local.key_policy_values.admin_role_arn
    SEALPOST_CURSOR_KEY          = terraform_data.cursor_key.output
  }
}

locals {
  # Only consumers may have the page's URL, because the page waits for the API, and the API for its functions.
  consumer_environment = merge(local.environment, { SEALPOST_WEB_URL = module.web.url })
}

# 32 characters of about 6 bits each: the 32 bytes of the key have 190 bits of entropy. The key keeps callers from
# forging paging cursors and opens nothing else. Every plan draws a new one; the first is kept.
data "aws_secretsmanager_random_password" "cursor_key" {
  password_length            = 32
  exclude_punctuation        = true
  require_each_included_type = true
}

resource "terraform_data" "cursor_key" {
  input            = base64encode(data.aws_secretsmanager_random_password.cursor_key.random_password)
  triggers_replace = var.cursor_key_version

  lifecycle {
    ignore_changes = [input]
  }
}
