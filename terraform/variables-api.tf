variable "throttling" {
  description = "Requests a second that the API takes, and how many at once above that."
  type = object({
    rate  = optional(number, 200)
    burst = optional(number, 400)
  })
  default = {}

  validation {
    condition     = var.throttling.rate > 0 && var.throttling.burst > 0
    error_message = "Rate and burst are more than 0."
  }
}

variable "manage_api_gateway_account" {
  description = "Whether this environment sets the account's role by which API Gateway writes logs. There is one such setting per region: set it false in all environments but one."
  type        = bool
  default     = true
}

variable "web_domain" {
  description = "Domain names of the web page with a certificate in us-east-1. Without it the page has CloudFront's own name."
  type = object({
    names           = list(string)
    certificate_arn = string
  })
  default = null

  validation {
    condition     = var.web_domain == null ? true : length(var.web_domain.names) > 0 && can(regex("^arn:[^:]+:acm:us-east-1:", var.web_domain.certificate_arn))
    error_message = "web_domain has at least one name and a certificate in us-east-1, where CloudFront looks for it."
  }
}

variable "web_origin" {
  description = "The one origin that browsers may call the API from: functions, preflight and gateway responses all name it. Empty is the page's own. There cannot be several, because a gateway response names a literal and cannot choose."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^(https?://[A-Za-z0-9.:-]+)?$", var.web_origin))
    error_message = "web_origin is like https://app.example.org, without a path."
  }
}

variable "web_acl_arn" {
  description = "ARN of a WAF web ACL (scope CLOUDFRONT) for the page; empty is none."
  type        = string
  default     = ""
}
