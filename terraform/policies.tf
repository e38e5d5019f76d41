# Policy documents, rendered. The templates are separate files, because other programs read them too: the tests that
# run the functions on an emulator, the policy simulator, and the function that creates users' keys.

locals {
  policies = "${path.module}/policies"

  # Values for templates. Functions add their own log group and, if they have one, their queue. A consumer that fills
  # a generation of a projection gets only that generation's table.
  policy_values = {
    partition               = local.partition
    region                  = var.region
    account_id              = local.account_id
    prefix                  = local.prefix
    bus_arn                 = local.bus_arn
    ciphertext_bucket_arn   = local.ciphertext_bucket_arn
    users_table_arn         = local.projection_tables_arns.users
    inbox_table_arn         = local.projection_tables_arns.inbox
    unread_table_arn        = local.projection_tables_arns.unread
    notifications_table_arn = "${local.arn.dynamodb}:table/${local.notifications_table}"
    user_pool_arn           = module.user_pool.arn
  }

  # Placeholders of key policies. The function that creates users' keys gets the same values in its environment.
  key_policy_values = {
    partition          = local.partition
    account_id         = local.account_id
    prefix             = local.prefix
    identity_pool_id   = module.identity_pool.id
    opener_role_arn    = "${local.role_arn_prefix}-opener"
    sender_role_arn    = "${local.role_arn_prefix}-producers-storemessage"
    key_maker_role_arn = "${local.role_arn_prefix}-consumers-userkey"
    admin_role_arn     = "${local.role_arn_prefix}-key-admin"
  }

  # By function, and for consumers by instance, such as inbox-2.
  function_policies = {
    for name, f in local.functions : name => templatefile("${local.policies}/${name}.json.tftpl", merge(
      local.policy_values,
      { log_group_arn = "${local.function_log_group_arn}/${local.prefix}-${name}" },
      f.kind == "objects" ? { queue_arn = local.reconcile_queue_arn } : {}
    )) if f.kind == "api" || f.kind == "objects"
  }

  # Separate, because policy_values names the user pool, which waits for the trigger.
  trigger_policy = templatefile("${local.policies}/producers-verifyuser.json.tftpl", {
    bus_arn         = local.bus_arn
    users_table_arn = local.projection_tables_arns.users
    log_group_arn   = "${local.function_log_group_arn}/${local.prefix}-producers-verifyuser"
  })

  signup_policy = templatefile("${local.policies}/producers-signup.json.tftpl", {
    users_table_arn = local.projection_tables_arns.users
    names_table_arn = "${local.arn.dynamodb}:table/${local.names_table}"
    log_group_arn   = "${local.function_log_group_arn}/${local.prefix}-producers-signup"
  })

  consumer_policies = {
    for key, c in local.consumers : key => templatefile("${local.policies}/consumers-${c.consumer}.json.tftpl", merge(
      local.policy_values,
      {
        log_group_arn = "${local.function_log_group_arn}/${local.prefix}-consumers-${key}"
        queue_arn     = "${local.arn.sqs}:${local.prefix}-consumers-${key}"
      },
      c.generation == null ? {} : {
        "${c.consumer}_table_arn" = "${local.arn.dynamodb}:table/${local.prefix}-${c.consumer}-${c.generation}"
      }
    ))
  }

  # For operators, by task. A deployment grants them to no one.
  operator_policies = {
    redrive = templatefile("${local.policies}/operator-redrive.json.tftpl", local.policy_values)
    rebuild = templatefile("${local.policies}/operator-rebuild.json.tftpl", local.policy_values)
    archive = templatefile("${local.policies}/operator-archive.json.tftpl", local.archive_copy_values)
    keys    = templatefile("${local.policies}/operator-keys.json.tftpl", local.policy_values)
  }

  function_trust = templatefile("${local.policies}/function-trust.json.tftpl", {})
}
