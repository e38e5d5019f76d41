variable "name" {
  description = "Name of the rule and of the queue."
  type        = string
}

variable "bus_name" {
  description = "The bus that the events come from."
  type        = string
}

variable "events" {
  description = "The event types that the subscriber takes."
  type        = list(string)

  validation {
    condition     = length(var.events) > 0
    error_message = "A subscriber takes at least one event type."
  }
}

variable "replays" {
  description = "Whether it takes replayed events: only what has no effect but on itself may."
  type        = bool
}

variable "delay_seconds" {
  description = "How long a delivery waits before the subscriber sees it, 0 to 900."
  type        = number
  default     = 0
}

variable "visibility_timeout_seconds" {
  description = "How long a message that was taken is hidden from others."
  type        = number
}

variable "max_receive_count" {
  description = "How often a message is taken before it goes to the dead-letter queue."
  type        = number
}

variable "dead_letter_advice" {
  description = "What the alarm on the dead-letter queue says besides: how to see what is in it."
  type        = string
  default     = ""
}

variable "queue_policies" {
  description = "Policies as JSON: of the queue, of its dead-letter queue, and of the rule's for what is undelivered. The rule alone may send to the first and the last."
  type = object({
    queue       = string
    dead        = string
    undelivered = string
  })
}

variable "oldest_message_seconds" {
  description = "Age of the oldest message, in seconds, above which the alarm rings."
  type        = number
}

variable "alarm_topic_arn" {
  description = "Where alarms go."
  type        = string
}
