variable "name" {
  description = "Name of the rule, the stream and what belongs to them."
  type        = string
}

variable "bus_name" {
  description = "The bus that is copied."
  type        = string
}

variable "archive_arn" {
  description = "The archive of the bus, which this copy protects from being destroyed by mistake."
  type        = string
}

variable "bucket" {
  description = "Name of the bucket of the copy."
  type        = string
}

variable "force_destroy" {
  description = "Whether destroying the bucket deletes what is in it."
  type        = bool
}

variable "retention_days" {
  description = "How long the copy is kept; 0 keeps it for ever."
  type        = number
}

variable "policies" {
  description = "Policy documents as JSON: of the bucket, of the queue of lost events, and of the roles of the rule and the stream with their trust."
  type = object({
    bucket       = string
    lost         = string
    rule         = string
    rule_trust   = string
    stream       = string
    stream_trust = string
  })
}

variable "alarm_topic_arn" {
  description = "Where alarms go."
  type        = string
}
