# The users. Cognito handles sign-up and sign-in. A confirmed address leads to UserVerified.

resource "aws_cognito_user_pool" "this" {
  name                     = var.name
  deletion_protection      = var.protect ? "ACTIVE" : "INACTIVE"
  auto_verified_attributes = ["email"]
  mfa_configuration        = "OFF"

  username_configuration {
    case_sensitive = false
  }

  schema {
    name                = "email"
    attribute_data_type = "String"
    required            = true
    mutable             = true

    string_attribute_constraints {
      min_length = "3"
      max_length = "254"
    }
  }

  # A changed address applies once it is verified. Until then the old one stays.
  user_attribute_update_settings {
    attributes_require_verification_before_update = ["email"]
  }

  password_policy {
    minimum_length                   = var.password_minimum_length
    require_lowercase                = true
    require_uppercase                = true
    require_numbers                  = true
    require_symbols                  = true
    temporary_password_validity_days = 7
  }

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }

  admin_create_user_config {
    allow_admin_create_user_only = false
  }

  verification_message_template {
    default_email_option = "CONFIRM_WITH_CODE"
    email_subject        = "Your Sealpost code"
    email_message        = "Your Sealpost code is {####}."
  }

  email_configuration {
    email_sending_account = var.ses_sender == null ? "COGNITO_DEFAULT" : "DEVELOPER"
    source_arn            = var.ses_sender == null ? null : var.ses_sender.identity_arn
    from_email_address    = var.ses_sender == null ? null : var.ses_sender.from
  }

  lambda_config {
    pre_sign_up         = var.pre_sign_up_arn
    post_confirmation   = var.trigger_arn
    post_authentication = var.trigger_arn
  }
}

resource "aws_cognito_user_pool_client" "this" {
  name         = "${var.name}-app"
  user_pool_id = aws_cognito_user_pool.this.id

  # Pages and command lines cannot keep a secret.
  generate_secret               = false
  explicit_auth_flows           = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
  prevent_user_existence_errors = "ENABLED"
  enable_token_revocation       = true
  read_attributes               = ["email", "email_verified"]
  write_attributes              = ["email"]

  id_token_validity      = var.token_validity.id_minutes
  access_token_validity  = var.token_validity.access_minutes
  refresh_token_validity = var.token_validity.refresh_days

  token_validity_units {
    id_token      = "minutes"
    access_token  = "minutes"
    refresh_token = "days"
  }
}
