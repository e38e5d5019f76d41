# The one key of the shared strategy. Messages are held apart by their encryption context and the caller's principal tag.
# Deleting it takes 30 days in which it can be cancelled; after them no message opens ever again.

resource "aws_kms_key" "this" {
  #checkov:skip=CKV2_AWS_64:The policy is given; checkov does not follow it through the module.
  description             = "Seals the messages of all users of ${var.prefix}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = var.policy
  tags                    = { "sealpost:prefix" = var.prefix }
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.prefix}/shared"
  target_key_id = aws_kms_key.this.key_id
}
