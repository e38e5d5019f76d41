# A function that is notified of each new object in S3, by a queue with a delay. S3 sends to the queue directly. A
# rule on EventBridge would cost 1 USD per million events for the same result.

module "function" {
  source = "../function"

  settings    = var.settings
  policy      = var.policy
  environment = merge(var.environment, { SEALPOST_MAX_RECEIVES = tostring(var.max_receive_count) })
}

# A bucket has one notification configuration. Add further notifications here.
resource "aws_s3_bucket_notification" "this" {
  # S3 checks the queue's policy when the notification is configured.
  depends_on = [aws_sqs_queue_policy.queue]
  bucket     = var.bucket

  queue {
    queue_arn = aws_sqs_queue.queue.arn
    events    = ["s3:ObjectCreated:*"]
  }
}

resource "aws_lambda_event_source_mapping" "queue" {
  event_source_arn                   = aws_sqs_queue.queue.arn
  function_name                      = module.function.lambda.arn
  batch_size                         = 100
  maximum_batching_window_in_seconds = var.batching_window_seconds
  function_response_types            = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = 2
  }
}
