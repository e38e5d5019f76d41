# A function behind the REST API. The API module (modules/api), which depends on it, grants the permission to call it.

module "function" {
  source = "../function"

  settings    = var.settings
  policy      = var.policy
  environment = var.environment
}
