# How a team follows Sealpost's bus: a rule and a queue in the bus's account, read by a Lambda in the team's own
# account. Sealpost's operators apply the first part. The team gives them the ARN of its role and gets that of the
# queue.

terraform {
  required_version = ">= 1.7"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.46, < 7"
    }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  description = "The bus's region."
  type        = string
}

variable "bus_name" {
  description = "Sealpost's output bus_name."
  type        = string
}

variable "reader_arn" {
  description = "The role of the team's Lambda, in whatever account."
  type        = string
}

variable "alarm_topic_arn" {
  description = "Where the team wants its alarms."
  type        = string
}

module "audit" {
  source = "../../modules/subscriber"

  name            = "audit"
  bus_name        = var.bus_name
  region          = var.region
  events          = ["UserVerified", "MessageStored", "MessageRead"]
  reader_arn      = var.reader_arn
  alarm_topic_arn = var.alarm_topic_arn

  # An audit trail stores each event under its id, so a replayed event changes nothing.
  replays = true
}

output "queue_arn" {
  description = "For the event source mapping of the team's Lambda (batches of 10, ReportBatchItemFailures)."
  value       = module.audit.queue_arn
}

output "rule_arn" {
  description = "What a replay for this subscriber alone names."
  value       = module.audit.rule_arn
}
