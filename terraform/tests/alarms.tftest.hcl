# What is deployed by default, planned for tools/alarmcheck, which reads the alarms and rules out of the plan.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

run "deployed" {
  command = plan

  variables {
    environment = "test"
    region      = "eu-central-1"
  }

  assert {
    condition     = length(module.access_watch) == 1
    error_message = "Access is watched unless it is turned off."
  }
}
