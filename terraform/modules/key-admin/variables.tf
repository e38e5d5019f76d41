variable "name" {
  description = "The role's name."
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
