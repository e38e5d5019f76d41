# One value, which the wrapping modules pass on unchanged. It is not the whole module, because then users of a name
# would wait for the alarms too.
output "lambda" {
  description = "The Lambda: its name and ARN, the ARN by which API Gateway calls it, the file name of its zip, and the environment variables it was given."
  value = {
    name        = aws_lambda_function.this.function_name
    arn         = aws_lambda_function.this.arn
    invoke_arn  = aws_lambda_function.this.invoke_arn
    zip         = basename(var.settings.zip)
    environment = var.environment
  }
}
