variable "name" {
  description = "Name of the application, first part of every resource's name."
  type        = string
  default     = "sealpost"

  validation {
    # The bucket NAME-ENVIRONMENT-ciphertext-ACCOUNT-REGION may have at most 63 characters.
    condition     = can(regex("^[a-z][a-z0-9]{1,11}$", var.name))
    error_message = "name is 2 to 12 lower-case letters and digits, beginning with a letter."
  }
}

variable "environment" {
  description = "Name of the environment such as prod or dev, second part of every resource's name. Several fit into one account."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9]{0,9}$", var.environment))
    error_message = "environment is 1 to 10 lower-case letters and digits, beginning with a letter."
  }
}

variable "region" {
  description = "AWS region of everything but the web page's distribution, which is global."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is like eu-central-1."
  }
}

variable "account_id" {
  description = "The account that may be deployed to; empty admits any. Set it to keep the wrong profile from deploying."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^([0-9]{12})?$", var.account_id))
    error_message = "account_id has 12 digits."
  }
}

variable "tags" {
  description = "Tags for everything, besides application and environment."
  type        = map(string)
  default     = {}
}

variable "protect_data" {
  description = "Deletion protection of tables and user pool, and buckets that are not emptied on destroy. Set false, apply, then destroy to remove an environment for good."
  type        = bool
  default     = true
}

variable "key_strategy" {
  description = "What new users get, and may be changed at any time: users keep the kind of key that they have. per-user: one KMS key per user (1 USD a month each), which can be deleted to shred that user's messages. shared: one key for all, held apart by encryption context alone; needs shared_key = true."
  type        = string
  default     = "per-user"

  validation {
    condition     = contains(["per-user", "shared"], var.key_strategy)
    error_message = "key_strategy is per-user or shared."
  }

  validation {
    condition     = var.key_strategy != "shared" || var.shared_key
    error_message = "key_strategy = \"shared\" needs shared_key = true."
  }
}

variable "shared_key" {
  description = "Whether there is the key of the strategy shared (1 USD a month). Once true it stays true, whatever key_strategy becomes: a plan that would delete the key is refused, because its users could neither receive nor open messages. Only make destroy deletes it."
  type        = bool
  default     = false
}

variable "projection_generations" {
  description = "Per projection: the generation that queries read, and all that exist. A rebuild adds one, promotes it by live, and drops the old one later."
  type = map(object({
    live        = number
    generations = set(number)
  }))
  default = {
    users  = { live = 1, generations = [1] }
    inbox  = { live = 1, generations = [1] }
    unread = { live = 1, generations = [1] }
  }

  validation {
    condition     = toset(keys(var.projection_generations)) == toset(["users", "inbox", "unread"])
    error_message = "projection_generations has users, inbox and unread."
  }

  validation {
    condition     = alltrue([for p in values(var.projection_generations) : contains(p.generations, p.live)])
    error_message = "A live generation is one of its projection's generations."
  }

  validation {
    condition = alltrue(flatten([
      for p in values(var.projection_generations) : [for g in p.generations : g >= 1 && g == floor(g)]
    ]))
    error_message = "Generations are whole numbers from 1."
  }
}

variable "archive_retention_days" {
  description = "How long the bus's archive keeps events; 0 keeps them for ever, as rebuilding projections from the beginning needs."
  type        = number
  default     = 0

  validation {
    condition     = var.archive_retention_days >= 0 && var.archive_retention_days == floor(var.archive_retention_days)
    error_message = "archive_retention_days is a whole number, 0 or more."
  }
}

variable "archive_copy" {
  description = "A second copy of every event in an S3 bucket, and how many days it is kept there; 0 keeps it for ever. The archive that EventBridge keeps can be read by a replay alone; this one by anybody with the operator policy archive."
  type = object({
    enabled        = optional(bool, true)
    retention_days = optional(number, 0)
  })
  default = {}

  validation {
    condition     = var.archive_copy.retention_days >= 0 && var.archive_copy.retention_days == floor(var.archive_copy.retention_days)
    error_message = "archive_copy.retention_days is a whole number, 0 or more."
  }
}
