variable "prefix" {
  description = "The environment's prefix."
  type        = string
}

variable "policy" {
  description = "The key policy as JSON."
  type        = string
}
