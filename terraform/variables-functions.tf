variable "build_dir" {
  description = "Folder of the zips that make lambdas builds. Empty is build/ beside terraform/."
  type        = string
  default     = ""
}

variable "log_level" {
  description = "Least level of the functions' application logs."
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["DEBUG", "INFO", "WARN", "ERROR"], var.log_level)
    error_message = "log_level is DEBUG, INFO, WARN or ERROR."
  }
}

variable "log_retention_days" {
  description = "How long logs are kept. CloudWatch takes certain numbers only."
  type        = number
  default     = 365

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days is a number that CloudWatch Logs takes, such as 30, 90 or 365."
  }
}

variable "reserved_concurrency" {
  description = "Reserved concurrency by function, such as { \"producers-storemessage\" = 50 }. Functions that are not named share the account's."
  type        = map(number)
  default     = {}

  validation {
    condition     = alltrue([for n in values(var.reserved_concurrency) : n >= 0 && n == floor(n)])
    error_message = "Reserved concurrency is a whole number, 0 or more."
  }
}

variable "consumer_concurrency" {
  description = "How many batches of one consumer are handled at a time, by consumer. userkey is held to the least, because KMS takes 5 CreateKey a second in an account."
  type        = map(number)
  default     = { userkey = 2, usertopic = 2, users = 5, inbox = 20, unread = 20, notify = 5 }

  validation {
    condition     = alltrue([for n in values(var.consumer_concurrency) : n >= 2 && n <= 1000 && n == floor(n)])
    error_message = "Lambda takes a maximum concurrency of 2 to 1000 for a queue."
  }
}

variable "batching_window_seconds" {
  description = "How long a consumer waits for a batch to fill. More is cheaper and slower."
  type        = number
  default     = 0

  validation {
    condition     = var.batching_window_seconds >= 0 && var.batching_window_seconds <= 300
    error_message = "batching_window_seconds is 0 to 300."
  }
}

variable "cursor_key_version" {
  description = "Change it to make a new key for paging cursors. Lists that somebody is paging through start again."
  type        = number
  default     = 1
}

variable "reconcile" {
  description = "The reconciler, which looks for messages and users whose event is missing: every few minutes at what is recent, and every few hours through everything, with how far back each looks (Go durations). See docs/aws.md for the bill and for what to do after an outage."
  type = object({
    every_minutes        = optional(number, 5)
    window               = optional(string, "25m")
    thorough_every_hours = optional(number, 12)
    thorough_window      = optional(string, "25h")
  })
  default = {}

  validation {
    condition     = var.reconcile.every_minutes >= 2 && var.reconcile.every_minutes <= 360 && var.reconcile.every_minutes == floor(var.reconcile.every_minutes)
    error_message = "The reconciler runs every 2 to 360 minutes."
  }

  validation {
    condition     = var.reconcile.thorough_every_hours >= 2 && var.reconcile.thorough_every_hours <= 168 && var.reconcile.thorough_every_hours == floor(var.reconcile.thorough_every_hours)
    error_message = "It goes through everything every 2 to 168 hours."
  }

  # A message is looked into once it is ten minutes old (SEALPOST_RECONCILE_GRACE).
  validation {
    condition = alltrue([
      for window in [var.reconcile.window, var.reconcile.thorough_window] : can(regex("^([0-9]+h)?([0-9]+m)?$", window)) && window != ""
      ]) && try(timecmp(
      timeadd("2000-01-01T00:00:00Z", var.reconcile.window), timeadd("2000-01-01T00:00:00Z", "${10 + 2 * var.reconcile.every_minutes}m")
    ), -1) >= 0
    error_message = "The window is a Go duration in hours and minutes, such as 1h or 90m, of at least ten minutes and two runs: a run that fails must not leave anything out."
  }

  validation {
    condition = try(timecmp(
      timeadd("2000-01-01T00:00:00Z", var.reconcile.thorough_window), timeadd("2000-01-01T00:00:00Z", "${2 * var.reconcile.thorough_every_hours}h")
    ), -1) >= 0
    error_message = "The window of going through everything is at least twice as long as the time from one to the next."
  }
}
