# One value, so that the modules that wrap this one hand it on as it is. It is not the module as a whole, or whoever asks
# for a name would wait for the alarms too.
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
