# A subscription: a rule, a queue, and dead-letter queues for both.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan

  override_resource {
    target = aws_sqs_queue.queue
    values = { arn = "arn:aws:sqs:eu-central-1:123456789012:main", id = "https://sqs/main" }
  }

  override_resource {
    target = aws_sqs_queue.dead_letter
    values = { arn = "arn:aws:sqs:eu-central-1:123456789012:dead", id = "https://sqs/dead" }
  }

  override_resource {
    target = aws_sqs_queue.rule_dead_letter
    values = { arn = "arn:aws:sqs:eu-central-1:123456789012:undelivered", id = "https://sqs/undelivered" }
  }
}

run "subscription" {
  command = plan

  module {
    source = "./modules/subscription"
  }

  variables {
    name                       = "sealpost-test-consumers-notify"
    bus_name                   = "sealpost-test"
    events                     = ["MessageStored"]
    replays                    = false
    delay_seconds              = 5
    visibility_timeout_seconds = 180
    max_receive_count          = 5
    queue_policies             = { queue = "{\"q\":1}", dead = "{\"d\":1}", undelivered = "{\"u\":1}" }
    oldest_message_seconds     = 300
    alarm_topic_arn            = "arn:aws:sns:eu-central-1:123456789012:sealpost-test-alarms"
  }

  assert {
    condition     = jsondecode(aws_sqs_queue_redrive_policy.queue.redrive_policy) == { deadLetterTargetArn = aws_sqs_queue.dead_letter.arn, maxReceiveCount = 5 }
    error_message = "What is taken five times without success goes to the queue's dead-letter queue."
  }

  assert {
    condition     = aws_sqs_queue_redrive_policy.queue.queue_url == aws_sqs_queue.queue.id
    error_message = "The redrive policy is the queue's."
  }

  assert {
    condition     = aws_cloudwatch_event_target.queue.arn == aws_sqs_queue.queue.arn && aws_cloudwatch_event_target.queue.dead_letter_config[0].arn == aws_sqs_queue.rule_dead_letter.arn
    error_message = "The rule fills the queue, and has a dead-letter queue of its own."
  }

  assert {
    condition     = jsondecode(aws_sqs_queue_redrive_allow_policy.dead_letter.redrive_allow_policy) == { redrivePermission = "byQueue", sourceQueueArns = [aws_sqs_queue.queue.arn] }
    error_message = "The dead-letter queue serves its queue alone."
  }

  assert {
    condition     = alltrue([for q in [aws_sqs_queue.queue, aws_sqs_queue.dead_letter, aws_sqs_queue.rule_dead_letter] : q.sqs_managed_sse_enabled && q.message_retention_seconds == 1209600])
    error_message = "All queues are encrypted and keep what they have for 14 days."
  }

  assert {
    condition     = aws_sqs_queue.queue.delay_seconds == 5 && aws_sqs_queue.queue.visibility_timeout_seconds == 180
    error_message = "Delay and visibility timeout are as given."
  }

  assert {
    condition = (
      aws_sqs_queue_policy.queue.policy == var.queue_policies.queue && aws_sqs_queue_policy.queue.queue_url == aws_sqs_queue.queue.id &&
      aws_sqs_queue_policy.dead_letter.policy == var.queue_policies.dead && aws_sqs_queue_policy.dead_letter.queue_url == aws_sqs_queue.dead_letter.id &&
      aws_sqs_queue_policy.rule_dead_letter.policy == var.queue_policies.undelivered && aws_sqs_queue_policy.rule_dead_letter.queue_url == aws_sqs_queue.rule_dead_letter.id
    )
    error_message = "Each queue has its own policy."
  }

  assert {
    condition = {
      for k, a in aws_cloudwatch_metric_alarm.queue : k => "${a.metric_name} ${a.dimensions.QueueName}"
      } == {
      dead        = "ApproximateNumberOfMessagesVisible sealpost-test-consumers-notify-dead"
      undelivered = "ApproximateNumberOfMessagesVisible sealpost-test-consumers-notify-undelivered"
      behind      = "ApproximateAgeOfOldestMessage sealpost-test-consumers-notify"
    }
    error_message = "Alarms watch both dead-letter queues and the age of the oldest message."
  }
}
