locals {
  cognito_endpoint  = "https://cognito-idp.${var.region}.${data.aws_partition.current.dns_suffix}/"
  identity_endpoint = "https://cognito-identity.${var.region}.${data.aws_partition.current.dns_suffix}/"
  sns_endpoint      = "https://sns.${var.region}.${data.aws_partition.current.dns_suffix}/"

  # Where the page and the command line start, on both backends.
  client_config = {
    apiUrl = module.api.url
    region = var.region
    cognito = {
      endpoint       = local.cognito_endpoint
      userPoolId     = module.user_pool.id
      clientId       = module.user_pool.client_id
      identityPoolId = module.identity_pool.id
    }
  }

  # The page shows the password rules of modules/user-pool while the user types (web/static/lib/passwords.js). It
  # confirms notifications at the identity pool and SNS (web/static/state/notifications.js), whose endpoints it knows
  # only from here.
  page_config = merge(local.client_config, {
    notifications = { endpoint = local.sns_endpoint }
    cognito = merge(local.client_config.cognito, {
      identityEndpoint = local.identity_endpoint
      passwordPolicy = {
        minimumLength = var.password_minimum_length
        lowercase     = true
        uppercase     = true
        numbers       = true
        symbols       = true
      }
    })
  })
}

module "web" {
  source = "./modules/web"

  name            = "${local.prefix}-web"
  bucket          = local.web_bucket
  partition       = local.partition
  policies        = local.policies
  folder          = "${path.module}/../web/static"
  config          = jsonencode(local.page_config)
  connect_origins = concat(["https://${module.api.host}"], [for e in [local.cognito_endpoint, local.identity_endpoint, local.sns_endpoint] : trimsuffix(e, "/")])
  domain          = var.web_domain
  web_acl_arn     = var.web_acl_arn
}
