# The settings of every function. The four modules that wrap this one declare the same three variables and pass them
# on. Terraform has no named types, so they repeat the type; only this file documents its attributes. No attribute is
# optional: a wrapper that omits one fails terraform validate instead of dropping it silently.

variable "settings" {
  description = "What is known of a function before anything but the alarm topic is made, attribute by attribute below."
  type = object({
    name                 = string # The function's full name; its role has the same, its log group ends in it.
    description          = string # What the function does.
    zip                  = string # Path of the zip with the function's bootstrap binary.
    trust_policy         = string # Who may assume the role, as JSON.
    timeout_seconds      = number # How long one call may take.
    memory_megabytes     = number # Memory, and with it the share of a processor.
    reserved_concurrency = number # How many calls run at a time, taken from the account's; -1 reserves none.
    log_level            = string # Least level of the application's logs.
    log_retention_days   = number # How long logs are kept.
    alarm_topic_arn      = string # Where alarms go.
  })

  validation {
    condition     = can(regex("^[a-zA-Z0-9_-]{1,64}$", var.settings.name))
    error_message = "settings.name is 1 to 64 letters, digits, hyphens and underscores, as Lambda and IAM take."
  }

  validation {
    condition     = var.settings.timeout_seconds >= 1 && var.settings.timeout_seconds <= 900 && var.settings.timeout_seconds == floor(var.settings.timeout_seconds)
    error_message = "settings.timeout_seconds is a whole number from 1 to 900: Lambda ends a call after 15 minutes."
  }

  validation {
    condition     = var.settings.memory_megabytes >= 128 && var.settings.memory_megabytes <= 10240 && var.settings.memory_megabytes == floor(var.settings.memory_megabytes)
    error_message = "settings.memory_megabytes is a whole number from 128 to 10240, as Lambda takes."
  }

  validation {
    condition     = var.settings.reserved_concurrency >= -1 && var.settings.reserved_concurrency == floor(var.settings.reserved_concurrency)
    error_message = "settings.reserved_concurrency is a whole number, 0 or more, or -1 for none."
  }
}

# These two depend on the resources that they name. They are not in the settings. Otherwise everything that takes its
# name from the settings, such as a consumer's queue, would wait for the user pool and, through a consumer's
# environment, for the distribution.

variable "policy" {
  description = "What the role may do, as JSON."
  type        = string
}

variable "environment" {
  description = "The function's environment variables."
  type        = map(string)
}
