locals {
  cognito_endpoint = "https://cognito-idp.${var.region}.${data.aws_partition.current.dns_suffix}/"

  # What the page and the command line start from, in both homes.
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

  # The page shows the password rules while one types (web/static/passwordrules.js); these are modules/user-pool's.
  page_config = merge(local.client_config, {
    cognito = merge(local.client_config.cognito, {
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
  connect_origins = ["https://${module.api.host}", trimsuffix(local.cognito_endpoint, "/")]
  domain          = var.web_domain
  web_acl_arn     = var.web_acl_arn
}
