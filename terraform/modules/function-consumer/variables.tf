variable "name" {
  description = "The function's full name; its role has the same."
  type        = string
}

variable "description" {
  description = "What the function does."
  type        = string
}

variable "zip" {
  description = "Path of the zip with the function's bootstrap binary."
  type        = string
}

variable "trust_policy" {
  description = "Who may assume the role, as JSON."
  type        = string
}

variable "policy" {
  description = "What the role may do, as JSON."
  type        = string
}

variable "environment" {
  description = "The function's environment variables."
  type        = map(string)
}

variable "timeout_seconds" {
  description = "How long one call may take."
  type        = number
}

variable "memory_megabytes" {
  description = "Memory, and with it the share of a processor."
  type        = number
}

variable "reserved_concurrency" {
  description = "Reserved concurrency; -1 for none."
  type        = number
  default     = -1
}

variable "log_level" {
  description = "Least level of the application's logs."
  type        = string
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
}

variable "alarm_topic_arn" {
  description = "Where alarms go."
  type        = string
}

variable "bus_name" {
  description = "The bus that the events come from."
  type        = string
}

variable "events" {
  description = "The event types that the consumer takes."
  type        = list(string)
}

variable "replays" {
  description = "Whether it takes replayed events: projections alone do."
  type        = bool
}

variable "delay_seconds" {
  description = "How long a delivery waits before the consumer sees it."
  type        = number
}

variable "queue_policy" {
  description = "Policy of the queue as JSON."
  type        = string
}

variable "dead_letter_policy" {
  description = "Policy of the queue's dead-letter queue as JSON."
  type        = string
}

variable "rule_dead_letter_policy" {
  description = "Policy of the rule's dead-letter queue as JSON."
  type        = string
}

variable "batching_window_seconds" {
  description = "How long a batch may wait to fill."
  type        = number
}

variable "concurrency" {
  description = "How many batches are handled at a time, 2 to 1000."
  type        = number
}

variable "oldest_message_seconds" {
  description = "Age of the oldest message, in seconds, above which the alarm rings."
  type        = number
}

variable "max_receive_count" {
  description = "How often a message is taken before it goes to the dead-letter queue. The function is told, to log the reason the last time."
  type        = number
  default     = 5
}
