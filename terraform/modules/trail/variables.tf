variable "name" {
  description = "The trail's name."
  type        = string
}

variable "bucket" {
  description = "Name of the bucket that it writes to."
  type        = string
}

variable "policy" {
  description = "The bucket's policy as JSON."
  type        = string
}

variable "retention_days" {
  description = "How long the log is kept."
  type        = number
}

variable "force_destroy" {
  description = "Whether destroying the bucket deletes what is in it."
  type        = bool
}
