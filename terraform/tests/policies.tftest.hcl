# Policies say what is used and nothing more, and they are the documents that tools/iamcheck decides on.

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

run "policies" {
  command = plan

  variables {
    trail = { create = true }
  }

  # Templates are JSON before they are rendered too, so all of them can be looked at.
  assert {
    condition = alltrue(flatten([
      for name in fileset(local.policies, "*.json.tftpl") : [
        for s in jsondecode(file("${local.policies}/${name}")).Statement : [
          for action in flatten([s.Action]) : !strcontains(action, "*") && !strcontains(action, "?")
        ]
      ]
    ]))
    error_message = "No policy has a wildcard in an action."
  }

  assert {
    # In a key policy "*" is the key that it belongs to. CreateKey and what lists are actions for which AWS knows no resource.
    condition = alltrue(flatten([
      for name in fileset(local.policies, "*.json.tftpl") : [
        for s in jsondecode(file("${local.policies}/${name}")).Statement : [
          for resource in flatten([lookup(s, "Resource", [])]) :
          resource != "*" || contains(["user-key.json.tftpl", "shared-key.json.tftpl"], name) || contains([["kms:CreateKey"], ["kms:ListKeys", "kms:ListAliases"], ["events:ListReplays"]], flatten([s.Action]))
        ]
      ]
    ]))
    error_message = "A wildcard resource stands only where AWS knows no other."
  }

  assert {
    condition = alltrue(flatten([
      for name in fileset(local.policies, "*.json.tftpl") : [
        for s in jsondecode(file("${local.policies}/${name}")).Statement :
        s.Effect == "Deny" || jsonencode(lookup(s, "Principal", "")) != jsonencode("*")
      ]
    ]))
    error_message = "Nothing is allowed to everybody."
  }

  assert {
    condition     = !strcontains(local.function_policies["queries-message"], "kms:")
    error_message = "The function that opens messages may not use KMS itself."
  }

  assert {
    condition = alltrue([
      for policy in concat(values(local.function_policies), values(local.consumer_policies), [local.trigger_policy, local.signup_policy]) :
      !strcontains(policy, "kms:Decrypt")
    ])
    error_message = "No function may decrypt: signed-in users alone may."
  }

  # What Terraform plans is what was rendered for the simulator and is committed in tests/rendered.
  assert {
    condition = alltrue([
      for name, policy in local.function_policies : jsondecode(policy) == jsondecode(file("tests/rendered/${name}.json"))
    ])
    error_message = "A function's policy differs from tests/rendered: run npm run render in tools/iamcheck and look at the difference."
  }

  assert {
    condition = alltrue([
      for key, policy in local.consumer_policies : jsondecode(policy) == jsondecode(file("tests/rendered/consumers-${key}.json"))
    ])
    error_message = "A consumer's policy differs from tests/rendered: run npm run render in tools/iamcheck and look at the difference."
  }

  assert {
    condition = alltrue(flatten([
      for key, p in local.queue_policies : [
        jsondecode(p.queue) == jsondecode(file("tests/rendered/queue-${key}.json")),
        jsondecode(p.dead) == jsondecode(file("tests/rendered/queue-${key}-dead.json")),
        jsondecode(p.undelivered) == jsondecode(file("tests/rendered/queue-${key}-undelivered.json")),
      ]
    ]))
    error_message = "A queue's policy differs from tests/rendered: run npm run render in tools/iamcheck and look at the difference."
  }

  assert {
    condition = alltrue([
      for name, policy in {
        operator-redrive          = output.operator_policies["redrive"]
        operator-rebuild          = output.operator_policies["rebuild"]
        producers-verifyuser      = local.trigger_policy
        queue-reconcile           = local.reconcile_queue_policies.queue
        queue-reconcile-dead      = local.reconcile_queue_policies.dead
        opener                    = module.identity_pool.policy
        opener-trust              = module.identity_pool.trust_policy
        key-admin                 = module.key_admin.policy
        key-admin-trust           = module.key_admin.trust_policy
        function-trust            = local.function_trust
        ciphertext-bucket         = module.ciphertext_bucket.policy
        web-bucket                = module.web.policy
        alarm-topic               = module.watching.topic_policy
        access-global             = one(module.access_watch).global.policy
        access-global-trust       = one(module.access_watch).global.trust_policy
        trail-bucket              = one(module.trail).policy
        archive-copy-rule         = one(module.archive_copy).policies.rule
        archive-copy-rule-trust   = one(module.archive_copy).policies.rule_trust
        archive-copy-stream       = one(module.archive_copy).policies.stream
        archive-copy-stream-trust = one(module.archive_copy).policies.stream_trust
        archive-copy-bucket       = one(module.archive_copy).policies.bucket
        operator-archive          = output.operator_policies["archive"]
        operator-keys             = output.operator_policies["keys"]
        producers-signup          = local.signup_policy
      } : jsondecode(policy) == jsondecode(file("tests/rendered/${name}.json"))
    ])
    error_message = "A policy differs from tests/rendered: run npm run render in tools/iamcheck and look at the difference."
  }

  assert {
    condition = jsondecode(templatefile("policies/user-key.json.tftpl", merge(local.key_policy_values, {
      user_id = "0a4b6c8d-1111-4222-8333-94445555aaaa"
    }))) == jsondecode(file("tests/rendered/user-key.json"))
    error_message = "The policy of users' keys differs from tests/rendered."
  }

  assert {
    # What the function that makes users' keys is told is what their policies are rendered with here.
    condition = {
      for name in ["identity_pool_id", "opener_role_arn", "sender_role_arn", "key_maker_role_arn", "admin_role_arn"] :
      name => module.consumer["userkey"].lambda.environment["SEALPOST_${upper(name)}"]
      } == {
      for name, value in local.key_policy_values : name => value if !contains(["partition", "account_id", "prefix"], name)
    }
    error_message = "The key-making function's environment agrees with the placeholders of the key policy."
  }

  assert {
    condition = toset([for f in fileset("tests/rendered", "*.json") : trimsuffix(f, ".json")]) == toset(concat(
      keys(local.function_policies),
      [for key in keys(local.consumers) : "consumers-${key}"],
      flatten([for key in keys(local.consumers) : ["queue-${key}", "queue-${key}-dead", "queue-${key}-undelivered"]]),
      [for command in keys(local.operator_policies) : "operator-${command}"],
      ["producers-verifyuser", "producers-signup", "queue-reconcile", "queue-reconcile-dead", "opener", "opener-trust", "key-admin", "key-admin-trust", "key-admin-trust-named", "function-trust", "api-log-trust",
        "user-key", "shared-key", "ciphertext-bucket", "web-bucket", "alarm-topic", "access-global", "access-global-trust", "trail-bucket", "archive-copy-rule",
      "archive-copy-rule-trust", "archive-copy-stream", "archive-copy-stream-trust", "archive-copy-bucket", "subscriber-queue"],
    ))
    error_message = "tests/rendered has every document, and none that nobody uses."
  }
}

# Changing key_strategy changes what new users get, and nothing that users of either kind of key rely on.
run "shared_key" {
  command = plan

  variables {
    key_strategy = "shared"
    shared_key   = true
  }

  assert {
    condition     = jsondecode(module.shared_key[0].policy) == jsondecode(file("tests/rendered/shared-key.json"))
    error_message = "The shared key's policy differs from tests/rendered."
  }

  assert {
    condition = alltrue(concat(
      [for name, policy in local.function_policies : jsondecode(policy) == jsondecode(file("tests/rendered/${name}.json"))],
      [for key, policy in local.consumer_policies : jsondecode(policy) == jsondecode(file("tests/rendered/consumers-${key}.json"))],
      [jsondecode(module.identity_pool.policy) == jsondecode(file("tests/rendered/opener.json"))],
    ))
    error_message = "Policies cover both kinds of keys, whatever the strategy."
  }

  assert {
    condition     = module.consumer["userkey"].lambda.environment.SEALPOST_KEY_STRATEGY == "shared"
    error_message = "New users get the shared key."
  }
}

run "back_to_keys_per_user" {
  command = plan

  variables {
    key_strategy = "per-user"
    shared_key   = true
  }

  assert {
    condition     = length(module.shared_key) == 1 && strcontains(file("modules/shared-key/main.tf"), "prevent_destroy = true")
    error_message = "A shared key once made stays, and no plan deletes it."
  }
}

run "key_admins_of_identity_center" {
  command = plan

  variables {
    key_admins = {
      principals = [
        "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Operator_*",
        "arn:aws:iam::123456789012:role/deployer",
      ]
      mfa = false
    }
  }

  assert {
    condition     = jsondecode(module.key_admin.trust_policy) == jsondecode(file("tests/rendered/key-admin-trust-named.json"))
    error_message = "Named principals become key admins without a second factor in their session."
  }
}

run "subscriber" {
  command = plan

  module {
    source = "./modules/subscriber"
  }

  variables {
    name            = "audit"
    bus_name        = "sealpost-test"
    region          = "eu-central-1"
    events          = ["MessageStored"]
    reader_arn      = "arn:aws:iam::210987654321:role/audit"
    alarm_topic_arn = "arn:aws:sns:eu-central-1:123456789012:sealpost-test-alarms"
  }

  assert {
    condition     = jsondecode(output.queue_policy) == jsondecode(file("tests/rendered/subscriber-queue.json"))
    error_message = "A subscriber's queue policy differs from tests/rendered."
  }

  assert {
    condition     = jsondecode(output.event_pattern)["replay-name"] == [{ exists = false }]
    error_message = "A subscriber takes no replays unless it says so."
  }
}
