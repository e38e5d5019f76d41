output "lambda" {
  description = "The Lambda, as modules/function describes it."
  value       = module.function.lambda
}

output "queues" {
  description = "URLs of the queue and of its dead-letter queue."
  value = {
    queue = aws_sqs_queue.queue.url
    dead  = aws_sqs_queue.dead_letter.url
  }
}
