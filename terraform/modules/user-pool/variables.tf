variable "name" {
  description = "The pool's name."
  type        = string
}

variable "protect" {
  description = "Whether the pool is protected from deletion."
  type        = bool
}

variable "password_minimum_length" {
  description = "Least length of passwords."
  type        = number
}

variable "token_validity" {
  description = "How long tokens hold."
  type = object({
    id_minutes     = number
    access_minutes = number
    refresh_days   = number
  })
}

variable "ses_sender" {
  description = "SES identity to send codes from; null for Cognito's own, which sends 50 a day."
  type = object({
    identity_arn = string
    from         = string
  })
}

variable "pre_sign_up_arn" {
  description = "The function that decides whether a sign-up may go on."
  type        = string
}

variable "trigger_arn" {
  description = "The function that is called when a user confirmed their address, and when one signed in."
  type        = string
}
