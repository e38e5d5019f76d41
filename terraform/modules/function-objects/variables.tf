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

variable "bucket" {
  description = "Name of the bucket whose new objects the function is told of."
  type        = string
}

variable "queue_policies" {
  description = "Policies of the queue and of its dead-letter queue, as JSON. The bucket alone may send to the first."
  type = object({
    queue = string
    dead  = string
  })
}

variable "delay_seconds" {
  description = "How long after an object was stored the function is told, 0 to 900: SQS holds nothing back for longer."
  type        = number
  default     = 900
}

variable "batching_window_seconds" {
  description = "How long a batch may wait to fill. What has waited for a quarter of an hour may wait for a minute more."
  type        = number
  default     = 60
}

variable "max_receive_count" {
  description = "How often a message is taken before it goes to the dead-letter queue. The function is told, to log the reason the last time."
  type        = number
  default     = 5
}

variable "oldest_message_seconds" {
  description = "How many seconds the oldest message may wait beyond the delay before the alarm fires."
  type        = number
}
