# A function behind the REST API. The permission to call it is the API's (modules/api), which is made after it.

module "function" {
  source = "../function"

  settings    = var.settings
  policy      = var.policy
  environment = var.environment
}
