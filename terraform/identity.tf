module "user_pool" {
  source = "./modules/user-pool"

  name                    = local.prefix
  protect                 = var.protect_data
  password_minimum_length = var.password_minimum_length
  token_validity          = var.token_validity
  ses_sender              = var.ses_sender
  pre_sign_up_arn         = module.signup.lambda.arn
  trigger_arn             = module.trigger.lambda.arn
}

module "identity_pool" {
  source = "./modules/identity-pool"

  name          = local.prefix
  client_id     = module.user_pool.client_id
  provider_name = module.user_pool.endpoint
  role_name     = local.opener_role_name
  policies      = local.policies
  policy = templatefile("${local.policies}/opener.json.tftpl", {
    partition  = local.partition
    region     = var.region
    account_id = local.account_id
    prefix     = local.prefix
  })
}

locals {
  key_admins = length(var.key_admins.principals) > 0 ? var.key_admins.principals : ["arn:${local.partition}:iam::${local.account_id}:*"]
}

module "key_admin" {
  source = "./modules/key-admin"

  name = local.key_admin_role_name
  trust_policy = templatefile("${local.policies}/key-admin-trust.json.tftpl", {
    partition  = local.partition
    account_id = local.account_id
    principals = join("\", \"", local.key_admins)
    # Without MFA, use TLS as a condition that always holds for STS.
    session_condition = var.key_admins.mfa ? "aws:MultiFactorAuthPresent" : "aws:SecureTransport"
  })
  policy = templatefile("${local.policies}/key-admin.json.tftpl", local.policy_values)
}

module "shared_key" {
  source = "./modules/shared-key"
  count  = var.shared_key ? 1 : 0

  prefix = local.prefix
  policy = templatefile("${local.policies}/shared-key.json.tftpl", local.key_policy_values)
}
