# The rules on the bus are those of events/subscriptions/subscriptions.json, and replays reach projections alone.

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

run "subscriptions" {
  command = plan

  assert {
    condition     = toset([for c in values(local.consumers) : c.consumer]) == toset(keys(jsondecode(file("../events/subscriptions/subscriptions.json"))))
    error_message = "Every consumer of subscriptions.json has an instance, and nothing else has."
  }

  assert {
    condition = alltrue([
      for key, c in local.consumers :
      toset(jsondecode(module.consumer[key].event_pattern)["detail-type"]) == toset(jsondecode(file("../events/subscriptions/subscriptions.json"))[c.consumer].events)
    ])
    error_message = "A rule matches the events that subscriptions.json gives its consumer."
  }

  assert {
    condition = alltrue([
      for key, c in local.consumers : module.consumer[key].rule_name == "sealpost-test-consumers-${key}"
    ])
    error_message = "A rule has its consumer's name: queue policies name it."
  }

  assert {
    condition = alltrue([
      for key, c in local.consumers : jsondecode(module.consumer[key].event_pattern).source == [{ prefix = "sealpost." }]
    ])
    error_message = "Rules match Sealpost's own sources."
  }

  assert {
    condition     = local.projections == toset(["inbox", "unread", "users"])
    error_message = "The projections, and no other consumers, take replays."
  }

  assert {
    condition = alltrue([
      for key, c in local.consumers :
      contains(local.projections, c.consumer) || jsonencode(lookup(jsondecode(module.consumer[key].event_pattern), "replay-name", null)) == jsonencode([{ exists = false }])
    ])
    error_message = "The rule of a consumer with side effects excludes replayed events."
  }

  assert {
    condition = alltrue([
      for key, c in local.consumers :
      !contains(local.projections, c.consumer) || !contains(keys(jsondecode(module.consumer[key].event_pattern)), "replay-name")
    ])
    error_message = "A projection's rule takes replayed events."
  }

  assert {
    condition     = toset(module.bus.schemas) == toset([for f in fileset("../events/schemas", "*.json") : trimsuffix(f, ".json")]) && length(module.bus.schemas) >= 5
    error_message = "The registry has every event's schema."
  }

  assert {
    condition = alltrue([
      for event in distinct(flatten([for s in values(local.subscriptions) : s.events])) :
      anytrue([for name in module.bus.schemas : startswith(name, "${event}.v")])
    ])
    error_message = "Every event that somebody takes has a schema in the registry."
  }

  assert {
    condition = alltrue([
      for name, schema in local.schemas :
      jsondecode(schema).properties.metadata.properties.version == { enum = [tonumber(regex("[0-9]+$", name))] } && !strcontains(schema, "\"const\"")
    ])
    error_message = "A schema in the registry is one that draft 4 understands, and still says which version it is of."
  }
}
