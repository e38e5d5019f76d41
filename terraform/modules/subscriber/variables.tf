variable "name" {
  description = "Name of the subscriber, such as billing."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,19}$", var.name))
    error_message = "name is 1 to 20 lower-case letters, digits and hyphens: it is part of the rule's name, which has at most 64 characters."
  }
}

variable "bus_name" {
  description = "The bus, which Sealpost's root module has as the output bus_name."
  type        = string
}

variable "region" {
  description = "The bus's region."
  type        = string
}

variable "events" {
  description = "The event types to take, such as [\"MessageStored\", \"MessageRead\"]."
  type        = list(string)

  validation {
    condition     = length(var.events) > 0
    error_message = "Take at least one event type."
  }
}

variable "replays" {
  description = "Whether to take replayed events too. Say true only if handling an old event again has no effect on the world."
  type        = bool
  default     = false
}

variable "reader_arn" {
  description = "Who may read the queue: the ARN of a role, or of an account's root for all roles that the account allows to. It may be another account's."
  type        = string

  validation {
    condition     = can(regex("^arn:[^:]+:iam::[0-9]{12}:(root|role/.+)$", var.reader_arn))
    error_message = "reader_arn is the ARN of a role or of an account's root."
  }
}

variable "visibility_timeout_seconds" {
  description = "How long a message that was taken is hidden: six times the timeout of the Lambda that takes it, or more."
  type        = number
  default     = 180
}

variable "max_receive_count" {
  description = "How often a message is taken before it goes to the dead-letter queue."
  type        = number
  default     = 5
}

variable "oldest_message_seconds" {
  description = "Age of the oldest message, in seconds, above which the alarm rings."
  type        = number
  default     = 3600
}

variable "alarm_topic_arn" {
  description = "Where alarms go: the subscriber's own topic, or Sealpost's output alarm_topic_arn."
  type        = string
}
