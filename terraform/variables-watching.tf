variable "alarm_emails" {
  description = "Addresses that alarms are sent to. Each gets a mail to confirm first."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for a in var.alarm_emails : can(regex("^[^@ ]+@[^@ ]+$", a))])
    error_message = "alarm_emails are e-mail addresses."
  }
}

variable "alarm_thresholds" {
  description = "Above what alarms fire: how long a queue's oldest message waits beyond the queue's delay (seconds), p99 latency of the API (milliseconds), share of API requests that fail with 5xx (percent)."
  type = object({
    oldest_message_seconds = optional(number, 300)
    api_p99_milliseconds   = optional(number, 3000)
    api_failures_percent   = optional(number, 1)
  })
  default = {}

  validation {
    condition     = alltrue([for t in values(var.alarm_thresholds) : t > 0])
    error_message = "Thresholds are more than 0."
  }
}

variable "access_watch" {
  description = "Whether calls that could give access to messages are mailed to alarm_emails (docs/threat-model.md). A deployment makes many of them. Needs a CloudTrail trail of management events: an account's or organization's own, or trail.create."
  type        = bool
  default     = true
}

variable "trail" {
  description = "Whether to make a CloudTrail trail of management events, for an account that has none, and how many days to keep its log. The first copy of management events is free."
  type = object({
    create         = optional(bool, false)
    retention_days = optional(number, 365)
  })
  default = {}

  validation {
    condition     = var.trail.retention_days >= 1
    error_message = "trail.retention_days is 1 or more."
  }
}
