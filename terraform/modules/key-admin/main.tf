# The only role that may administer users' keys. It may never decrypt, but it could write a key policy that permits
# itself to. Operators therefore assume it by hand, as var.key_admins says, and CloudTrail records each time.

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = "Administers the keys of users; assumed by hand"
  assume_role_policy   = var.trust_policy
  max_session_duration = 3600
}

resource "aws_iam_role_policy" "this" {
  name   = "administer-user-keys"
  role   = aws_iam_role.this.id
  policy = var.policy
}
