# The modules that functions are made of, each alone.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  policy      = "{}"
  environment = {}

  settings = {
    name                 = "sealpost-test-queries-me"
    description          = "test"
    zip                  = "../build/queries-me.zip"
    trust_policy         = "{}"
    timeout_seconds      = 10
    memory_megabytes     = 256
    reserved_concurrency = -1
    log_level            = "INFO"
    log_retention_days   = 30
    alarm_topic_arn      = "arn:aws:sns:eu-central-1:123456789012:sealpost-test-alarms"
  }
}

run "function" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    environment = { SEALPOST_USERS_TABLE = "t" }
  }

  assert {
    condition     = aws_lambda_function.this.runtime == "provided.al2023" && tolist(aws_lambda_function.this.architectures) == tolist(["arm64"])
    error_message = "Functions run on provided.al2023 and arm64."
  }

  assert {
    condition     = aws_lambda_function.this.logging_config[0].log_format == "JSON" && aws_lambda_function.this.logging_config[0].log_group == "/aws/lambda/sealpost-test-queries-me"
    error_message = "A function logs JSON to its own log group."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.retention_in_days == 30
    error_message = "Logs do not stay for ever."
  }
}

run "quiet_function" {
  command = plan

  module {
    source = "./modules/function"
  }

  variables {
    settings = merge(var.settings, { log_level = "ERROR" })
  }

  assert {
    condition     = aws_lambda_function.this.logging_config[0].application_log_level == "INFO" && aws_lambda_function.this.environment[0].variables.SEALPOST_LOG_LEVEL == "error"
    error_message = "A function that logs little still writes its metrics: Lambda takes lines without a level for INFO."
  }
}

run "reconciler" {
  command = plan

  module {
    source = "./modules/function-objects"
  }

  variables {
    settings               = merge(var.settings, { name = "sealpost-test-consumers-reconcile", timeout_seconds = 60 })
    bucket                 = "sealpost-test-ciphertext"
    queue_policies         = { queue = "{\"of\": \"queue\"}", dead = "{\"of\": \"dead\"}" }
    oldest_message_seconds = 300
  }

  assert {
    condition = (
      aws_s3_bucket_notification.this.bucket == "sealpost-test-ciphertext" &&
      toset(aws_s3_bucket_notification.this.queue[0].events) == toset(["s3:ObjectCreated:*"]) &&
      aws_s3_bucket_notification.this.queue[0].queue_arn == aws_sqs_queue.queue.arn
    )
    error_message = "The queue is told of every object, under whatever name."
  }

  assert {
    condition     = aws_sqs_queue.queue.delay_seconds == 900 && aws_sqs_queue.queue.visibility_timeout_seconds == 420 && aws_sqs_queue.queue.message_retention_seconds == 1209600
    error_message = "A notice waits for a quarter of an hour, is hidden for six times the function's timeout and the window, and is kept for as long as SQS keeps anything."
  }

  assert {
    condition = (
      jsondecode(aws_sqs_queue_redrive_policy.queue.redrive_policy).maxReceiveCount == 5 &&
      module.function.lambda.environment.SEALPOST_MAX_RECEIVES == "5" &&
      aws_sqs_queue_policy.queue.policy == var.queue_policies.queue && aws_sqs_queue_policy.dead_letter.policy == var.queue_policies.dead
    )
    error_message = "What fails five times goes to the dead-letter queue, and each queue has its own policy."
  }

  assert {
    condition     = tolist(aws_lambda_event_source_mapping.queue.function_response_types) == tolist(["ReportBatchItemFailures"]) && aws_lambda_event_source_mapping.queue.batch_size == 100
    error_message = "Of a batch, the failed deliveries alone come again."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.queue["behind"].threshold == 1260 && aws_cloudwatch_metric_alarm.queue["dead"].threshold == 0
    error_message = "The age of a message includes the delay."
  }
}

run "consumer" {
  command = plan

  module {
    source = "./modules/function-consumer"
  }

  variables {
    settings                = merge(var.settings, { name = "sealpost-test-consumers-notify", timeout_seconds = 30 })
    bus_name                = "sealpost-test"
    events                  = ["MessageStored"]
    replays                 = false
    delay_seconds           = 5
    queue_policies          = { queue = "{}", dead = "{}", undelivered = "{}" }
    batching_window_seconds = 7
    concurrency             = 3
    oldest_message_seconds  = 300
  }

  assert {
    condition     = tolist(aws_lambda_event_source_mapping.queue.function_response_types) == tolist(["ReportBatchItemFailures"]) && aws_lambda_event_source_mapping.queue.batch_size == 10
    error_message = "Batches of ten, of which the failed deliveries alone come again."
  }

  assert {
    condition     = aws_lambda_event_source_mapping.queue.scaling_config[0].maximum_concurrency == 3
    error_message = "Concurrency is as given."
  }

  assert {
    condition     = module.subscription.visibility_timeout_seconds == 187
    error_message = "A message is hidden for six times the function's timeout and the window."
  }
}

# Refused, each for one reason.

run "refused_name" {
  command         = plan
  expect_failures = [var.settings]

  module { source = "./modules/function" }
  variables { settings = merge(var.settings, { name = "sealpost test" }) }
}

run "refused_timeout" {
  command         = plan
  expect_failures = [var.settings]

  module { source = "./modules/function" }
  variables { settings = merge(var.settings, { timeout_seconds = 901 }) }
}

run "refused_memory" {
  command         = plan
  expect_failures = [var.settings]

  module { source = "./modules/function" }
  variables { settings = merge(var.settings, { memory_megabytes = 64 }) }
}

run "refused_concurrency" {
  command         = plan
  expect_failures = [var.settings]

  module { source = "./modules/function" }
  variables { settings = merge(var.settings, { reserved_concurrency = -2 }) }
}

run "slower_than_api_gateway_waits" {
  command         = plan
  expect_failures = [var.settings]

  module { source = "./modules/function-api" }
  variables { settings = merge(var.settings, { timeout_seconds = 29 }) }
}
