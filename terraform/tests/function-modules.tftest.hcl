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
    source = "./modules/function-scheduled"
  }

  variables {
    settings      = merge(var.settings, { name = "sealpost-test-consumers-reconcile", timeout_seconds = 900 })
    every_minutes = 5
    further       = { thorough = { every_hours = 12, detail = { window = "25h" } } }
  }

  assert {
    condition     = aws_cloudwatch_event_rule.schedule.schedule_expression == "rate(5 minutes)" && aws_cloudwatch_event_rule.further["thorough"].schedule_expression == "rate(12 hours)"
    error_message = "It runs by two clocks."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_target.further["thorough"].input).detail.window == "25h" && aws_cloudwatch_event_target.schedule.input == null
    error_message = "The slow clock says how far back to look, and the fast one leaves it to the function."
  }

  assert {
    condition     = aws_lambda_permission.further["thorough"].source_arn == aws_cloudwatch_event_rule.further["thorough"].arn && aws_lambda_permission.further["thorough"].statement_id != aws_lambda_permission.schedule.statement_id
    error_message = "Each clock may call the function."
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
