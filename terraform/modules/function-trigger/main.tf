# A function that the user pool calls when a user has confirmed their address or signed in.

module "function" {
  source = "../function"

  settings    = var.settings
  policy      = var.policy
  environment = var.environment
}

resource "aws_lambda_permission" "user_pool" {
  statement_id  = "user-pool"
  action        = "lambda:InvokeFunction"
  function_name = module.function.lambda.name
  principal     = "cognito-idp.amazonaws.com"
  source_arn    = var.user_pool_arn
}
