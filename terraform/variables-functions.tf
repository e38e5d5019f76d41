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
