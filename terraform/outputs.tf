output "region" {
  description = "Where everything is."
  value       = var.region
}

output "prefix" {
  description = "First part of every name: NAME-ENVIRONMENT."
  value       = local.prefix
}

output "api_url" {
  description = "Where the API is."
  value       = module.api.url
}

output "web_url" {
  description = "Where the page is."
  value       = module.web.url
}

output "config_url" {
  description = "What the command-line client is started with: it says where everything else is."
  value       = "${module.web.url}/config.json"
}

output "client_config" {
  description = "What config.json says."
  value       = local.client_config
}

output "user_pool_id" {
  description = "The user pool."
  value       = module.user_pool.id
}

output "identity_pool_id" {
  description = "The identity pool."
  value       = module.identity_pool.id
}

output "bus_name" {
  description = "The bus, for subscribers."
  value       = module.bus.name
}

output "archive_arn" {
  description = "The archive that a rebuild replays."
  value       = module.bus.archive_arn
}

output "archive_bucket" {
  description = "The bucket of the archive's copy, for sealpost events --archive and sealpost rebuild --from-archive; empty when there is none."
  value       = length(module.archive_copy) == 0 ? "" : module.archive_copy[0].bucket
}

output "rules" {
  description = "ARNs of the consumers' rules. A replay names those of the generations that it fills, and no others."
  value       = { for key, c in module.consumer : key => c.rule_arn }
}

output "queues" {
  description = "URLs of the consumers' queues and dead-letter queues, for redrive."
  value       = { for key, c in module.consumer : key => c.queues }
}

output "tables" {
  description = "Names of all tables."
  value       = merge({ for key in keys(module.projection_table) : key => "${local.prefix}-${key}" }, { notifications = module.notifications_table.name, names = module.names_table.name })
}

output "projection_generations" {
  description = "The live generation of each projection, and all that exist: what a rebuild starts from."
  value       = var.projection_generations
}

output "protect_data" {
  description = "Whether data is protected from make destroy, as of the last apply."
  value       = var.protect_data
}

output "ciphertext_bucket" {
  description = "Where sealed messages are."
  value       = module.ciphertext_bucket.name
}

output "functions" {
  description = "Names of the functions, by kind and folder; of consumers of projections there is one per generation."
  value       = { for name in local.function_names : trimprefix(name, "${local.prefix}-") => name }

  # A misspelt name would silently reserve nothing.
  precondition {
    condition     = length(setsubtract(keys(var.reserved_concurrency), keys(local.deployed))) == 0
    error_message = "reserved_concurrency names functions as the output functions does, such as producers-storemessage or consumers-inbox-1."
  }

  precondition {
    condition     = length(setsubtract(keys(var.consumer_concurrency), keys(local.subscriptions))) == 0
    error_message = "consumer_concurrency names consumers of events/subscriptions/subscriptions.json, such as inbox."
  }
}

output "alarm_topic_arn" {
  description = "Where alarms go."
  value       = module.watching.topic_arn
}

output "dashboard_url" {
  description = "The dashboard."
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${module.dashboard.name}"
}

output "key_admin_role_arn" {
  description = "The role that administers users' keys."
  value       = module.key_admin.role_arn
}

output "operator_policies" {
  description = "What an operator's command may do on AWS and no more, as policy documents to attach to a role of yours, by command."
  value       = local.operator_policies
}

output "distribution_id" {
  description = "The page's distribution, to invalidate its cache after a deployment."
  value       = module.web.distribution_id
}
