# Every name, and every ARN that follows from a name. Policies are rendered from these, so that a plan shows them in
# full before anything exists, and no resource waits for another just to name it in a policy.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  prefix     = "${var.name}-${var.environment}"
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition

  # "SERVICE:REGION:ACCOUNT" of an ARN.
  arn = {
    for service in ["dynamodb", "events", "kms", "lambda", "logs", "sns", "sqs"] :
    service => "arn:${local.partition}:${service}:${var.region}:${local.account_id}"
  }

  bus_name               = local.prefix
  bus_arn                = "${local.arn.events}:event-bus/${local.bus_name}"
  ciphertext_bucket      = "${local.prefix}-ciphertext-${local.account_id}-${var.region}"
  ciphertext_bucket_arn  = "arn:${local.partition}:s3:::${local.ciphertext_bucket}"
  trail_bucket           = "${local.prefix}-trail-${local.account_id}-${var.region}"
  archive_bucket         = "${local.prefix}-archive-${local.account_id}-${var.region}"
  archive_bucket_arn     = "arn:${local.partition}:s3:::${local.archive_bucket}"
  web_bucket             = "${local.prefix}-web-${local.account_id}-${var.region}"
  notifications_table    = "${local.prefix}-notifications"
  names_table            = "${local.prefix}-names"
  role_arn_prefix        = "arn:${local.partition}:iam::${local.account_id}:role/${local.prefix}"
  opener_role_name       = "${local.prefix}-opener"
  key_admin_role_name    = "${local.prefix}-key-admin"
  projections            = toset([for name, s in local.subscriptions : name if s.replays])
  live_tables            = { for name in local.projections : name => "${local.prefix}-${name}-${var.projection_generations[name].live}" }
  function_log_group_arn = "${local.arn.logs}:log-group:/aws/lambda"
}

locals {
  # Readers may read every generation. With the live one only, each promotion would have to change a dozen policies at
  # the moment of the switch. IAM takes seconds to apply them, during which readers would be refused.
  projection_tables_arns = { for name in local.projections : name => "${local.arn.dynamodb}:table/${local.prefix}-${name}-*" }
}
