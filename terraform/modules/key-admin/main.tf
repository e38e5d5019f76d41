# The one role that may administer users' keys. It may never decrypt; that it could write itself a policy that lets it is
# why people assume it by hand, with a second factor, and why CloudTrail records each time.

resource "aws_iam_role" "this" {
  name                 = var.name
  description          = "Administers the keys of users; assumed by hand with a second factor"
  assume_role_policy   = var.trust_policy
  max_session_duration = 3600
}

resource "aws_iam_role_policy" "this" {
  name   = "administer-user-keys"
  role   = aws_iam_role.this.id
  policy = var.policy
}
