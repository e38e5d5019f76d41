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

run "names_of_nothing" {
  command = plan

  variables {
    reserved_concurrency = { "producer-storemessage" = 10 }
  }

  expect_failures = [output.functions]
}

run "names_of_functions" {
  command = plan

  variables {
    reserved_concurrency = { "producers-storemessage" = 10, "consumers-inbox-1" = 10 }
    consumer_concurrency = { inbox = 50 }
  }

  assert {
    condition     = contains(keys(output.functions), "consumers-inbox-1")
    error_message = "Functions are named as the output has them."
  }

  assert {
    condition = { for name, f in local.function_settings : name => f.reserved_concurrency if f.reserved_concurrency != -1 } == {
      "producers-storemessage" = 10, "consumers-inbox-1" = 10
    }
    error_message = "Concurrency is reserved for the functions that are named, consumers by generation, and for no others."
  }
}

run "refused" {
  command = plan

  variables {
    environment            = "Prod"
    region                 = "Frankfurt"
    key_strategy           = "none"
    key_admins             = { principals = ["*"] }
    log_retention_days     = 42
    consumer_concurrency   = { userkey = 1 }
    web_domain             = { names = ["post.example.org"], certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/x" }
    web_origin             = "https://app.example.org/path"
    alarm_emails           = ["nobody"]
    projection_generations = { users = { live = 2, generations = [1] }, inbox = { live = 1, generations = [1] }, unread = { live = 1, generations = [1] } }
  }

  expect_failures = [
    var.environment,
    var.region,
    var.key_strategy,
    var.key_admins,
    var.log_retention_days,
    var.consumer_concurrency,
    var.web_domain, # its certificate is not where CloudFront looks
    var.web_origin,
    var.alarm_emails,
    var.projection_generations, # users' live generation does not exist
  ]
}
