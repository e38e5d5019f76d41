# A second generation of a projection is filled beside the live one, and promoted by one variable.

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

run "one_generation" {
  command = plan

  assert {
    condition = output.tables == {
      "users-1"     = "sealpost-test-users-1"
      "inbox-1"     = "sealpost-test-inbox-1"
      "unread-1"    = "sealpost-test-unread-1"
      notifications = "sealpost-test-notifications"
      names         = "sealpost-test-names"
    }
    error_message = "There is one table for each projection, the ledger, and the registry of names."
  }

  assert {
    condition     = toset(keys(local.projection_tables)) == local.projections
    error_message = "Every projection has its table described."
  }

  assert {
    condition = local.projection_key_attributes == {
      users  = toset(["userId", "usernameKey", "verifiedEventId", "directory", "directoryKey"])
      inbox  = toset(["recipientId", "messageId"])
      unread = toset(["recipientId", "entry"])
    }
    error_message = "The keys are those of docs/aws-data-model.md."
  }

  assert {
    condition     = { for name, t in local.projection_tables : name => t.ttl_attribute if t.ttl_attribute != null } == { unread = "expiresAt" }
    error_message = "Of the projections' items only marks of the unread set expire."
  }
}

run "building_a_second" {
  command = plan

  variables {
    projection_generations = {
      users  = { live = 1, generations = [1] }
      inbox  = { live = 1, generations = [1, 2] }
      unread = { live = 1, generations = [1] }
    }
  }

  assert {
    condition     = length(output.tables) == 6 && output.tables["inbox-2"] == "sealpost-test-inbox-2"
    error_message = "The second generation has a table of its own."
  }

  assert {
    condition     = contains(keys(output.rules), "inbox-1") && contains(keys(output.rules), "inbox-2")
    error_message = "Both generations have rules, so both take live events."
  }

  assert {
    condition     = module.consumer["inbox-2"].lambda.environment.SEALPOST_INBOX_TABLE == "sealpost-test-inbox-2"
    error_message = "The second generation's consumer fills the second table."
  }

  assert {
    condition     = module.consumer["inbox-1"].lambda.environment.SEALPOST_INBOX_TABLE == "sealpost-test-inbox-1"
    error_message = "The first generation's consumer goes on filling the first table."
  }

  assert {
    condition     = strcontains(local.consumer_policies["inbox-2"], "table/sealpost-test-inbox-2") && !strcontains(local.consumer_policies["inbox-2"], "table/sealpost-test-inbox-1")
    error_message = "The second generation's consumer may write its own table alone."
  }

  assert {
    condition     = module.api_function["queries-inbox"].lambda.environment.SEALPOST_INBOX_TABLE == "sealpost-test-inbox-1"
    error_message = "Readers see the live generation."
  }

  assert {
    condition     = local.protected_generations == { "users-1" = true, "inbox-1" = true, "inbox-2" = false, "unread-1" = true }
    error_message = "The live generations are protected from deletion, and they alone."
  }
}

run "promoted" {
  command = plan

  variables {
    projection_generations = {
      users  = { live = 1, generations = [1] }
      inbox  = { live = 2, generations = [1, 2] }
      unread = { live = 1, generations = [1] }
    }
  }

  assert {
    condition     = module.api_function["queries-inbox"].lambda.environment.SEALPOST_INBOX_TABLE == "sealpost-test-inbox-2"
    error_message = "Readers see the promoted generation."
  }

  assert {
    # As with one generation alone, which policies.tftest.hcl compares with the same file.
    condition     = jsondecode(local.function_policies["queries-inbox"]) == jsondecode(file("tests/rendered/queries-inbox.json"))
    error_message = "Promotion changes no reader's rights: IAM would take its time to believe it."
  }

  assert {
    condition     = local.protected_generations["inbox-2"] && !local.protected_generations["inbox-1"]
    error_message = "Promotion changes over what is protected, so that the old one can be dropped by one apply."
  }

  assert {
    condition     = contains(keys(output.rules), "inbox-1")
    error_message = "The old generation is kept up to date, to return to."
  }
}
