# The only key of the strategy shared. The encryption context and the caller's principal tag keep the messages of
# users apart. Without the key no message opens, so no plan may delete it. destroy.sh refuses to run while data is
# protected. It schedules the key's deletion (in 30 days, until when it can be cancelled) and removes it from the
# state.

resource "aws_kms_key" "this" {
  #checkov:skip=CKV2_AWS_64:The policy is given; checkov does not follow it through the module.
  description             = "Seals the messages of all users of ${var.prefix}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = var.policy
  tags                    = { "sealpost:prefix" = var.prefix }

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.prefix}/shared"
  target_key_id = aws_kms_key.this.key_id
}
