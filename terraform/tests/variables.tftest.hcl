# Values that cannot work are refused with a reason before anything is made.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  environment = "test"
  region      = "eu-central-1"
}

# The published schema of hashicorp/aws 6.25.0 that ../shared/tfcheck checks against admits one attribute block per
# table, so no table with two keys can be planned under it. The real providers take any number.
override_module {
  target  = module.projection_table
  outputs = { name = "table", arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/table" }
}

run "environment" {
  command = plan

  variables {
    environment = "Prod"
  }

  expect_failures = [var.environment]
}

run "region" {
  command = plan

  variables {
    region = "Frankfurt"
  }

  expect_failures = [var.region]
}

run "key_strategy" {
  command = plan

  variables {
    key_strategy = "none"
  }

  expect_failures = [var.key_strategy]
}

run "log_retention" {
  command = plan

  variables {
    log_retention_days = 42
  }

  expect_failures = [var.log_retention_days]
}

run "concurrency" {
  command = plan

  variables {
    consumer_concurrency = { userkey = 1 }
  }

  expect_failures = [var.consumer_concurrency]
}

run "web_certificate" {
  command = plan

  variables {
    web_domain = { names = ["post.example.org"], certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/x" }
  }

  expect_failures = [var.web_domain]
}
