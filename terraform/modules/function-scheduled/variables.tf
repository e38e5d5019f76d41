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

variable "every_minutes" {
  description = "How often it runs, 2 or more."
  type        = number
}

variable "further" {
  description = "Further runs by name: every how many hours (2 or more), and the detail of their event."
  type = map(object({
    every_hours = number
    detail      = map(string)
  }))
  default = {}
}
