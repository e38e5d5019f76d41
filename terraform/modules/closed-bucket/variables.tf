variable "name" {
  description = "The bucket's name."
  type        = string
}

variable "policy" {
  description = "The bucket policy as JSON."
  type        = string
}

variable "force_destroy" {
  description = "Whether destroying the bucket deletes what is in it."
  type        = bool
}

variable "deleted_version_days" {
  description = "How many days a deleted object can be brought back."
  type        = number
  default     = 30
}

variable "retention_days" {
  description = "After how many days an object is deleted; 0 keeps it for ever."
  type        = number
  default     = 0
}

variable "tags" {
  description = "Tags of the bucket."
  type        = map(string)
  default     = {}
}
