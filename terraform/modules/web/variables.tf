variable "name" {
  description = "Name of the distribution and its policies."
  type        = string
}

variable "bucket" {
  description = "Name of the bucket."
  type        = string
}

variable "partition" {
  description = "The partition, aws in most regions."
  type        = string
}

variable "policies" {
  description = "Folder of the policy templates."
  type        = string
}

variable "folder" {
  description = "Folder of the page's files."
  type        = string
}

variable "config" {
  description = "What config.json says."
  type        = string
}

variable "connect_origins" {
  description = "Origins that the page's scripts may call besides its own."
  type        = list(string)
}

variable "domain" {
  description = "Domain names with their certificate in us-east-1; null for CloudFront's own name."
  type = object({
    names           = list(string)
    certificate_arn = string
  })
}

variable "web_acl_arn" {
  description = "WAF web ACL; empty for none."
  type        = string
}
