# Identity: what the argument that only a recipient opens a message rests on.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

run "identity_pool" {
  command = plan

  module {
    source = "./modules/identity-pool"
  }

  variables {
    name          = "sealpost-test"
    client_id     = "client"
    provider_name = "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Mock00001"
    role_name     = "sealpost-test-opener"
    policies      = "policies"
    policy        = "{}"
  }

  assert {
    condition     = !aws_cognito_identity_pool.this.allow_unauthenticated_identities && !aws_cognito_identity_pool.this.allow_classic_flow
    error_message = "Nobody comes in without signing in, and nobody chooses a role."
  }

  assert {
    condition     = aws_cognito_identity_pool_provider_principal_tag.sub.principal_tags == tomap({ sub = "sub" }) && !aws_cognito_identity_pool_provider_principal_tag.sub.use_defaults
    error_message = "The claim sub becomes the tag sub, and nothing else becomes a tag."
  }

  assert {
    condition     = one(aws_cognito_identity_pool.this.cognito_identity_providers).server_side_token_check
    error_message = "The tokens of disabled users and of sign-outs are refused."
  }

  assert {
    condition     = toset(keys(aws_cognito_identity_pool_roles_attachment.this.roles)) == toset(["authenticated"])
    error_message = "There is a role for signed-in users alone."
  }
}

run "user_pool" {
  command = plan

  module {
    source = "./modules/user-pool"
  }

  variables {
    name                    = "sealpost-test"
    protect                 = true
    password_minimum_length = 12
    token_validity          = { id_minutes = 60, access_minutes = 60, refresh_days = 30 }
    ses_sender              = null
    pre_sign_up_arn         = "arn:aws:lambda:eu-central-1:123456789012:function:sealpost-test-producers-signup"
    trigger_arn             = "arn:aws:lambda:eu-central-1:123456789012:function:sealpost-test-producers-verifyuser"
  }

  assert {
    condition     = aws_cognito_user_pool.this.deletion_protection == "ACTIVE" && !aws_cognito_user_pool.this.username_configuration[0].case_sensitive
    error_message = "The pool is protected, and usernames differ by more than case."
  }

  assert {
    condition     = tolist(aws_cognito_user_pool.this.auto_verified_attributes) == tolist(["email"]) && aws_cognito_user_pool.this.verification_message_template[0].default_email_option == "CONFIRM_WITH_CODE"
    error_message = "Addresses are verified by a code."
  }

  assert {
    condition     = aws_cognito_user_pool.this.lambda_config[0].post_confirmation == var.trigger_arn && aws_cognito_user_pool.this.lambda_config[0].post_authentication == var.trigger_arn
    error_message = "A confirmation calls the trigger, and so does a sign-in."
  }

  assert {
    condition     = aws_cognito_user_pool.this.lambda_config[0].pre_sign_up == var.pre_sign_up_arn
    error_message = "A sign-up is decided by a function."
  }

  assert {
    condition     = aws_cognito_user_pool.this.email_configuration[0].email_sending_account == "COGNITO_DEFAULT"
    error_message = "Without SES Cognito sends."
  }

  assert {
    condition     = !aws_cognito_user_pool_client.this.generate_secret && aws_cognito_user_pool_client.this.prevent_user_existence_errors == "ENABLED"
    error_message = "The client has no secret, and does not tell who exists."
  }

  assert {
    condition     = toset(aws_cognito_user_pool_client.this.explicit_auth_flows) == toset(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    error_message = "Password, SRP and refresh, and no custom or admin flow."
  }
}

run "user_pool_with_ses" {
  command = plan

  module {
    source = "./modules/user-pool"
  }

  variables {
    name                    = "sealpost-test"
    protect                 = false
    password_minimum_length = 12
    token_validity          = { id_minutes = 60, access_minutes = 60, refresh_days = 30 }
    ses_sender              = { identity_arn = "arn:aws:ses:eu-central-1:123456789012:identity/example.org", from = "Sealpost <post@example.org>" }
    pre_sign_up_arn         = "arn:aws:lambda:eu-central-1:123456789012:function:sealpost-test-producers-signup"
    trigger_arn             = "arn:aws:lambda:eu-central-1:123456789012:function:sealpost-test-producers-verifyuser"
  }

  assert {
    condition     = aws_cognito_user_pool.this.email_configuration[0].email_sending_account == "DEVELOPER" && aws_cognito_user_pool.this.email_configuration[0].source_arn == var.ses_sender.identity_arn
    error_message = "With SES the codes come from there."
  }
}
