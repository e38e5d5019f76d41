# Exchanges a signed-in user's ID token for credentials with two rights: to open data keys whose encryption context
# names that user as the recipient, and to confirm or end the subscription to the user's own topic. Both depend only
# on the principal tag "sub". Nothing else is mapped, the classic flow (in which a client chooses its role) is off,
# and there is no unauthenticated access.

resource "aws_cognito_identity_pool" "this" {
  identity_pool_name               = var.name
  allow_unauthenticated_identities = false
  allow_classic_flow               = false

  cognito_identity_providers {
    client_id               = var.client_id
    provider_name           = var.provider_name
    server_side_token_check = true
  }
}

resource "aws_cognito_identity_pool_provider_principal_tag" "sub" {
  identity_pool_id       = aws_cognito_identity_pool.this.id
  identity_provider_name = var.provider_name
  use_defaults           = false
  principal_tags         = { sub = "sub" }
}

resource "aws_cognito_identity_pool_roles_attachment" "this" {
  identity_pool_id = aws_cognito_identity_pool.this.id
  roles            = { authenticated = aws_iam_role.opener.arn }
}

resource "aws_iam_role" "opener" {
  name               = var.role_name
  description        = "Signed-in users, to open what was sealed for them"
  assume_role_policy = templatefile("${var.policies}/opener-trust.json.tftpl", { identity_pool_id = aws_cognito_identity_pool.this.id })
}

resource "aws_iam_role_policy" "opener" {
  name   = "open-own-messages"
  role   = aws_iam_role.opener.id
  policy = var.policy
}
