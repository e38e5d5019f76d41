variable "name" {
  description = "Name of the bus, its archive and its schema registry."
  type        = string
}

variable "retention_days" {
  description = "How long the archive keeps events; 0 keeps them for ever."
  type        = number
}

variable "schemas" {
  description = "JSON Schemas of the events' details, by name."
  type        = map(string)
}

variable "alarm_topic_arn" {
  description = "Where alarms go."
  type        = string
}
