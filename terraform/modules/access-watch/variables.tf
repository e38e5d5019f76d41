variable "prefix" {
  description = "The environment's prefix."
  type        = string
}

variable "region" {
  description = "Where the rules and the topic are."
  type        = string
}

variable "account_id" {
  description = "The account."
  type        = string
}

variable "default_bus_arn" {
  description = "The default bus of the account in the region, to which AWS sends its own events."
  type        = string
}

variable "policies" {
  description = "The folder of the policy documents."
  type        = string
}

variable "alarm_topic_arn" {
  description = "Where calls are told."
  type        = string
}

variable "user_pool_id" {
  description = "The user pool."
  type        = string
}

variable "identity_pool_id" {
  description = "The identity pool."
  type        = string
}

variable "api_id" {
  description = "The REST API."
  type        = string
}

variable "bus_name" {
  description = "The bus; its archive has the same name."
  type        = string
}

variable "buckets" {
  description = "Names of the buckets of ciphertext and of the page."
  type        = object({ ciphertext = string, page = string })
}

variable "key_admin_role_arn" {
  description = "The role that administers users' keys."
  type        = string
}

variable "key_maker_role_arn" {
  description = "The role of consumers/userkey, whose own making of keys is not told."
  type        = string
}
