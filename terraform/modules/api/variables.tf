variable "name" {
  description = "The API's name."
  type        = string
}

variable "openapi" {
  description = "Path of api/openapi.yaml."
  type        = string
}

variable "functions" {
  description = "Names and invoke ARNs of the functions, by the name that openapi.yaml has for them (with hyphens)."
  type = map(object({
    name       = string
    invoke_arn = string
  }))
}

variable "user_pool_arn" {
  description = "The user pool whose ID tokens are taken."
  type        = string
}

variable "web_origin" {
  description = "The origin that browsers may call from."
  type        = string
}

variable "throttling" {
  description = "Requests a second, and how many at once above that."
  type = object({
    rate  = number
    burst = number
  })
}

variable "log_retention_days" {
  description = "How long access logs are kept."
  type        = number
}

variable "manage_account" {
  description = "Whether to set the account's role for API Gateway's logs."
  type        = bool
}

variable "log_trust_policy" {
  description = "Trust policy of that role as JSON."
  type        = string
}

variable "partition" {
  description = "The partition, aws in most regions."
  type        = string
}

variable "p99_milliseconds" {
  description = "p99 latency above which the alarm rings."
  type        = number
}

variable "failures_percent" {
  description = "Share of requests failing with 5xx above which the alarm rings."
  type        = number
}

variable "alarm_topic_arn" {
  description = "Where alarms go."
  type        = string
}

variable "region_and_suffix" {
  description = "Region and DNS suffix, such as eu-central-1.amazonaws.com."
  type        = string
}
