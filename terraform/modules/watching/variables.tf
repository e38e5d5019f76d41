variable "prefix" {
  description = "The environment's prefix."
  type        = string
}

variable "topic_policy" {
  description = "Policy of the alarm topic as JSON."
  type        = string
}

variable "emails" {
  description = "Addresses that alarms are sent to."
  type        = set(string)
}

variable "encryption_milliseconds" {
  description = "p99 latency of an encryption above which the alarm rings."
  type        = number
}

variable "publishers" {
  description = "Functions that publish events."
  type        = set(string)
}
