variable "settings" {
  description = "What every function has; modules/function says what each is and may be."
  type = object({
    name                 = string
    description          = string
    zip                  = string
    trust_policy         = string
    timeout_seconds      = number
    memory_megabytes     = number
    reserved_concurrency = number
    log_level            = string
    log_retention_days   = number
    alarm_topic_arn      = string
  })
}

variable "policy" {
  description = "What the role may do, as JSON."
  type        = string
}

variable "environment" {
  description = "The function's environment variables."
  type        = map(string)
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

variable "queue_policies" {
  description = "Policies of the queue and of its two dead-letter queues, as modules/subscription takes them."
  type = object({
    queue       = string
    dead        = string
    undelivered = string
  })
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
