# The examples plan as they stand.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

run "subscriber" {
  command = plan

  module {
    source = "./examples/subscriber"
  }

  variables {
    region          = "eu-central-1"
    bus_name        = "sealpost-test"
    reader_arn      = "arn:aws:iam::210987654321:role/audit"
    alarm_topic_arn = "arn:aws:sns:eu-central-1:123456789012:audit-alarms"
  }

  assert {
    condition     = !strcontains(module.audit.event_pattern, "replay-name")
    error_message = "An audit trail takes replays."
  }
}

run "remote_state" {
  command = plan

  module {
    source = "./examples/remote-state"
  }

  variables {
    region = "eu-central-1"
    bucket = "example-terraform-state"
  }

  assert {
    condition     = aws_s3_bucket_versioning.state.versioning_configuration[0].status == "Enabled"
    error_message = "Old states are kept."
  }

  assert {
    condition     = strcontains(file("./examples/remote-state/backend.tf.example"), aws_dynamodb_table.lock.name)
    error_message = "The example of a backend names the lock that is made."
  }
}

run "environment_dev" {
  command = plan

  variables {
    environment                = "dev"
    region                     = "eu-central-1"
    protect_data               = false
    key_strategy               = "shared"
    shared_key                 = true
    log_retention_days         = 14
    log_level                  = "DEBUG"
    manage_api_gateway_account = false
  }

  override_module {
    target  = module.projection_table
    outputs = { name = "table", arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/table" }
  }

  assert {
    # That these variables are the example's is checked by their text.
    condition = alltrue([
      for line in [
        "environment        = \"${var.environment}\"", "protect_data       = ${var.protect_data}", "key_strategy       = \"${var.key_strategy}\"",
        "shared_key         = ${var.shared_key}",
        "log_retention_days = ${var.log_retention_days}", "log_level          = \"${var.log_level}\"",
        "manage_api_gateway_account = ${var.manage_api_gateway_account}",
      ] : strcontains(file("./examples/environments/dev.tfvars"), line)
    ])
    error_message = "The environment for trying things out plans."
  }
}
