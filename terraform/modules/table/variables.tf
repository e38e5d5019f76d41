variable "name" {
  description = "The table's name."
  type        = string
}

variable "partition_key" {
  description = "Name of the partition key, a string."
  type        = string
}

variable "sort_key" {
  description = "Name of the sort key, a string; null for none."
  type        = string
  default     = null
}

variable "key_attributes" {
  description = "Names of all attributes that are keys of the table or of an index, all strings."
  type        = set(string)
}

variable "indexes" {
  description = "Global secondary indexes by name. An item that lacks one of an index's keys is not in it (sparse)."
  type = map(object({
    partition_key = string
    sort_key      = string
    projection    = string
  }))
  default = {}
}

variable "ttl_attribute" {
  description = "Attribute with the Unix second at which an item expires; null for none."
  type        = string
  default     = null
}

variable "protect" {
  description = "Whether the table is protected from deletion."
  type        = bool
}
