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
  description = "Above what alarms ring: oldest message of a queue (seconds), p99 latency of the API and of an encryption (milliseconds), share of API requests that fail with 5xx (percent)."
  type = object({
    oldest_message_seconds  = optional(number, 300)
    api_p99_milliseconds    = optional(number, 3000)
    encryption_milliseconds = optional(number, 500)
    api_failures_percent    = optional(number, 1)
  })
  default = {}

  validation {
    condition     = alltrue([for t in values(var.alarm_thresholds) : t > 0])
    error_message = "Thresholds are more than 0."
  }
}
