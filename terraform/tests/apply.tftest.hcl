# An apply from nothing, as far as one can be seen without AWS: what a plan does not know is made up in the order of the
# dependencies, so a cycle, a count or a key that waits for what is not made yet, and an output of the wrong shape fail.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  environment = "dev"
  region      = "eu-central-1"
}

# The published schema of hashicorp/aws 6.25.0 that ../shared/tfcheck checks against admits one attribute block per
# table, so no table with two keys can be planned under it. The real providers take any number.
override_module {
  target  = module.projection_table
  outputs = { name = "table", arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/table" }
}

run "from_nothing" {
  command = apply

  variables {
    # Those of the file that adapters/aws/deployment reads.
    projection_generations = {
      for name, g in jsondecode(file("../adapters/aws/deployment/testdata/outputs.json")).projection_generations.value : name => {
        live = g.live, generations = toset(g.generations)
      }
    }
  }

  assert {
    condition     = output.region == "eu-central-1" && output.bus_name == jsondecode(file("../adapters/aws/deployment/testdata/outputs.json")).bus_name.value
    error_message = "Region and bus are as the operator's commands find them."
  }

  assert {
    condition     = jsonencode(output.functions) == jsonencode(jsondecode(file("../adapters/aws/deployment/testdata/outputs.json")).functions.value)
    error_message = "Functions are as the operator's commands find them."
  }

  assert {
    condition     = jsonencode(output.tables) == jsonencode(jsondecode(file("../adapters/aws/deployment/testdata/outputs.json")).tables.value)
    error_message = "Tables are as the operator's commands find them."
  }

  assert {
    condition     = keys(output.rules) == keys(jsondecode(file("../adapters/aws/deployment/testdata/outputs.json")).rules.value)
    error_message = "Rules have the keys by which the operator's commands find them."
  }

  assert {
    condition = {
      for key, q in output.queues : key => keys(q)
      } == {
      for key, q in jsondecode(file("../adapters/aws/deployment/testdata/outputs.json")).queues.value : key => keys(q)
    }
    error_message = "Queues have the keys by which the operator's commands find them."
  }

  assert {
    condition     = jsonencode(output.projection_generations) == jsonencode(jsondecode(file("../adapters/aws/deployment/testdata/outputs.json")).projection_generations.value)
    error_message = "Generations are as the operator's commands find them."
  }

  assert {
    condition     = output.protect_data
    error_message = "make destroy finds out that data is protected."
  }
}

# The same names in the same account, with what changes most: a body, and so a deployment.
run "again" {
  command = apply

  variables {
    projection_generations = {
      users  = { live = 1, generations = [1] }
      inbox  = { live = 2, generations = [2] }
      unread = { live = 1, generations = [1] }
    }
    web_origin   = "https://app.example.org"
    protect_data = false
  }

  assert {
    condition     = keys(output.rules) == ["inbox-2", "notify", "unread-1", "userkey", "users-1", "usertopic"] && !output.protect_data
    error_message = "A generation that is not named any more is gone."
  }
}

# Only planned: prevent_destroy keeps what an apply would make from being taken away again.
run "with_a_shared_key" {
  command = plan

  variables {
    key_strategy               = "shared"
    shared_key                 = true
    protect_data               = false
    manage_api_gateway_account = false
  }

  assert {
    condition     = module.consumer["userkey"].lambda.environment.SEALPOST_KEY_STRATEGY == "shared" && length(module.shared_key) == 1
    error_message = "New users get the shared key."
  }
}
