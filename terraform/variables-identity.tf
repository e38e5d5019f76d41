variable "password_minimum_length" {
  description = "Least length of passwords. They need a lower-case and an upper-case letter, a digit and a symbol besides."
  type        = number
  default     = 8

  validation {
    condition     = var.password_minimum_length >= 8 && var.password_minimum_length <= 99
    error_message = "password_minimum_length is 8 to 99."
  }
}

variable "token_validity" {
  description = "How long tokens hold: the ID and access token in minutes (5 to 60), the refresh token in days (1 to 3650). Neither API Gateway nor the identity pool asks whether a session was ended: until its ID token expires, a session that was signed out, or whose password was reset, still opens messages."
  type = object({
    id_minutes     = optional(number, 15)
    access_minutes = optional(number, 15)
    refresh_days   = optional(number, 30)
  })
  default = {}

  validation {
    condition = alltrue([
      for m in [var.token_validity.id_minutes, var.token_validity.access_minutes] : m >= 5 && m <= 60
    ])
    error_message = "ID and access tokens hold 5 to 60 minutes."
  }

  validation {
    condition     = var.token_validity.refresh_days >= 1 && var.token_validity.refresh_days <= 3650
    error_message = "Refresh tokens hold 1 to 3650 days."
  }
}

variable "ses_sender" {
  description = "A verified SES identity to send confirmation codes from. Without it Cognito sends them itself, at most 50 a day."
  type = object({
    identity_arn = string
    from         = string
  })
  default = null

  validation {
    condition     = var.ses_sender == null ? true : can(regex("^arn:[^:]+:ses:", var.ses_sender.identity_arn))
    error_message = "ses_sender.identity_arn is the ARN of an SES identity."
  }
}

variable "key_admins" {
  description = "Who may become the role PREFIX-key-admin, which alone administers and deletes users' keys (sealpost keys, make destroy). principals: ARNs of users and roles of this account, with * and ?; none means every principal that IAM allows. mfa: only sessions with a second factor, which those of IAM Identity Center do not carry."
  type = object({
    principals = optional(list(string), [])
    mfa        = optional(bool, true)
  })
  default = {}

  validation {
    condition     = alltrue([for arn in var.key_admins.principals : can(regex("^arn:aws[a-z-]*:iam::[0-9*?]+:(user|role)/[\\w+=,.@/*?-]+$", arn))])
    error_message = "key_admins.principals are ARNs of IAM users and roles, such as arn:aws:iam::123456789012:role/operator."
  }
}
