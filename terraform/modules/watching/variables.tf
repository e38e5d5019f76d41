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

variable "triggers" {
  description = "Functions that the user pool calls."
  type        = set(string)
}
