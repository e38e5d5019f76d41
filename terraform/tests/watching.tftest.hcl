# The dashboard, read from top to bottom, and the alarms on what Sealpost measures itself.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

run "dashboard" {
  command = plan

  module {
    source = "./modules/dashboard"
  }

  variables {
    prefix     = "sealpost-test"
    region     = "eu-central-1"
    api_name   = "sealpost-test"
    api_stage  = "v1"
    functions  = ["sealpost-test-queries-me"]
    consumers  = ["sealpost-test-consumers-inbox-1"]
    publishers = ["producers-storemessage"]
    tables     = ["sealpost-test-inbox-1"]
  }

  assert {
    condition     = [for w in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : w.properties.markdown if w.type == "text"] == ["## Is it up?", "## Is it fast?", "## Is it behind?", "## What failed?"]
    error_message = "The dashboard asks the operator's questions in their order."
  }

  assert {
    condition = alltrue([
      for metric in flatten([
        for w in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : [
          for m in try(w.properties.metrics, []) : m[1] if m[0] == "Sealpost" && m[2] == "Function"
        ]
      ]) : strcontains(file("../docs/aws-functions.md"), "`${metric}`")
      ]) && length([
      for w in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : w if strcontains(jsonencode(w), "\"Sealpost\"")
    ]) == 4
    error_message = "Sealpost's own metrics are those that docs/aws-functions.md says the functions write."
  }

  assert {
    condition     = length([for w in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : w if w.type == "metric"]) == 12
    error_message = "Each question has its three answers."
  }

  assert {
    condition     = length(distinct([for w in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : "${w.x},${w.y}"])) == 16
    error_message = "No widget covers another."
  }
}

run "own_metrics" {
  command = plan

  module {
    source = "./modules/watching"
  }

  variables {
    prefix       = "sealpost-test"
    topic_policy = "{}"
    emails       = ["ops@example.org"]
    triggers     = ["producers-verifyuser"]
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.not_published["producers-verifyuser"].dimensions.Function == "sealpost-test-producers-verifyuser"
    error_message = "Events that cannot be published fire an alarm."
  }

  assert {
    condition = alltrue([
      for a in values(aws_cloudwatch_metric_alarm.not_published) :
      strcontains(file("../docs/aws-functions.md"), "`${a.metric_name}`") && keys(a.dimensions)[0] == "Function"
    ])
    error_message = "Alarms watch metrics that docs/aws-functions.md says the functions write."
  }

  assert {
    condition     = aws_sns_topic_subscription.alarms["ops@example.org"].protocol == "email"
    error_message = "Alarms are mailed."
  }
}
