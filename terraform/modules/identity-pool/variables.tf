variable "name" {
  description = "The identity pool's name."
  type        = string
}

variable "client_id" {
  description = "The user pool's app client whose ID tokens are taken."
  type        = string
}

variable "provider_name" {
  description = "The user pool as an issuer without https://."
  type        = string
}

variable "role_name" {
  description = "Name of the role of signed-in users."
  type        = string
}

variable "policies" {
  description = "Folder of the policy templates."
  type        = string
}

variable "policy" {
  description = "What signed-in users may do, as JSON."
  type        = string
}
