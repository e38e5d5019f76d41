variable "settings" {
  description = "What every function has; modules/function says what each is and may be."
  type = object({
    name                 = string
    description          = string
    zip                  = string
    trust_policy         = string
    timeout_seconds      = number
    memory_megabytes     = number
    reserved_concurrency = number
    log_level            = string
    log_retention_days   = number
    alarm_topic_arn      = string
  })
}

variable "policy" {
  description = "What the role may do, as JSON."
  type        = string
}

variable "environment" {
  description = "The function's environment variables."
  type        = map(string)
}

variable "user_pool_arn" {
  description = "The user pool that calls the function."
  type        = string
}

variable "refuses" {
  description = "Whether the function refuses users by failing. Lambda counts those calls as errors, so there is no alarm on errors; the function's own metric Failures counts its faults alone (modules/watching)."
  type        = bool
  default     = false
}
