resource "aws_cloudwatch_log_group" "access" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts logs with its own key; the format names neither tokens nor addresses.
  #checkov:skip=CKV_AWS_338:Retention is a variable; its default is a year.
  name              = "/aws/apigateway/${var.name}/access"
  retention_in_days = var.log_retention_days
}

# API Gateway chooses this name.
resource "aws_cloudwatch_log_group" "execution" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts logs with its own key; only errors are logged, and no bodies.
  #checkov:skip=CKV_AWS_338:Retention is a variable; its default is a year.
  name              = "API-Gateway-Execution-Logs_${aws_api_gateway_rest_api.this.id}/${local.stage}"
  retention_in_days = var.log_retention_days
}

# This setting exists once per account and region, so only one environment of an account manages it.
resource "aws_api_gateway_account" "this" {
  count = var.manage_account ? 1 : 0

  cloudwatch_role_arn = aws_iam_role.logs[0].arn
  depends_on          = [aws_iam_role_policy_attachment.logs]
}

resource "aws_iam_role" "logs" {
  count = var.manage_account ? 1 : 0

  name               = "${var.name}-api-logs"
  description        = "API Gateway, to write logs"
  assume_role_policy = var.log_trust_policy
}

resource "aws_iam_role_policy_attachment" "logs" {
  count = var.manage_account ? 1 : 0

  role       = aws_iam_role.logs[0].name
  policy_arn = "arn:${var.partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}
