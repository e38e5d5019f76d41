# The one key of the strategy shared. Messages are held apart by their encryption context and the caller's principal tag.
# Without it none of its users' messages opens, so no plan may delete it. destroy.sh, which refuses while data is
# protected, schedules its deletion (30 days, in which that can be cancelled) and takes it out of the state.

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
