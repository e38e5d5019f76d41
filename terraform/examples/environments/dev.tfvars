# A place to try things: nothing is protected from being destroyed, logs go soon, and one key serves everybody,
# because a KMS key per test user would cost more than all the rest.
environment        = "dev"
region             = "eu-central-1"
protect_data       = false
key_strategy       = "shared"
shared_key         = true
log_retention_days = 14
log_level          = "DEBUG"

# prod manages API Gateway's role for the account they share.
manage_api_gateway_account = false
