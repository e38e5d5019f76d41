locals {
  api = ["ApiName", var.api_name, "Stage", var.api_stage]

  up = [
    {
      title = "Requests to the API"
      stat  = "Sum"
      metrics = [
        concat(["AWS/ApiGateway", "Count"], local.api),
        concat(["AWS/ApiGateway", "4XXError"], local.api),
        concat(["AWS/ApiGateway", "5XXError"], local.api),
      ]
    },
    {
      title = "Events published"
      stat  = "Sum"
      metrics = [
        for name in var.publishers : ["Sealpost", "EventsPublished", "Function", "${var.prefix}-${name}"]
      ]
    },
    {
      title = "Events consumed"
      stat  = "Sum"
      metrics = [
        for name in var.consumers : ["Sealpost", "EventsConsumed", "Function", name]
      ]
    },
  ]

  fast = [
    {
      title = "Latency of the API, p99 (ms)"
      stat  = "p99"
      metrics = [
        concat(["AWS/ApiGateway", "Latency"], local.api),
        concat(["AWS/ApiGateway", "IntegrationLatency"], local.api),
      ]
    },
    {
      title = "Sealing and opening, p99 (ms)"
      stat  = "p99"
      metrics = [
        ["Sealpost", "EncryptionLatency", "Function", "${var.prefix}-producers-storemessage"],
        ["Sealpost", "DecryptionLatency", "Function", "${var.prefix}-queries-message"],
      ]
    },
    {
      title   = "Duration of functions, p99 (ms)"
      stat    = "p99"
      metrics = [for name in var.functions : ["AWS/Lambda", "Duration", "FunctionName", name]]
    },
  ]

  behind = [
    {
      title   = "From event to effect, p99 (ms)"
      stat    = "p99"
      metrics = [for name in var.consumers : ["Sealpost", "EventLag", "Function", name]]
    },
    {
      title   = "Oldest message of each queue (s)"
      stat    = "Maximum"
      metrics = [for name in var.consumers : ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", name]]
    },
    {
      title   = "Messages waiting"
      stat    = "Maximum"
      metrics = [for name in var.consumers : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name]]
    },
  ]

  failed = [
    {
      title = "Dead letters"
      stat  = "Maximum"
      metrics = concat(
        [for name in var.consumers : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "${name}-dead"]],
        [for name in var.consumers : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "${name}-undelivered"]],
      )
    },
    {
      title = "Errors and throttles of functions"
      stat  = "Sum"
      metrics = concat(
        [for name in var.functions : ["AWS/Lambda", "Errors", "FunctionName", name]],
        [for name in var.functions : ["AWS/Lambda", "Throttles", "FunctionName", name]],
      )
    },
    {
      title = "Failed invocations of rules, throttles of tables"
      stat  = "Sum"
      metrics = concat(
        [for name in var.consumers : ["AWS/Events", "FailedInvocations", "EventBusName", var.prefix, "RuleName", name]],
        [for name in var.tables : ["AWS/DynamoDB", "WriteThrottleEvents", "TableName", name]],
        [for name in var.tables : ["AWS/DynamoDB", "ReadThrottleEvents", "TableName", name]],
      )
    },
  ]
}
