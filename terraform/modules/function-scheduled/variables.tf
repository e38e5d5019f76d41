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

variable "every_minutes" {
  description = "How often it runs, 2 or more."
  type        = number
}

variable "further" {
  description = "Further runs by name: every how many hours (2 or more), and the detail of their event."
  type = map(object({
    every_hours = number
    detail      = map(string)
  }))
  default = {}
}
