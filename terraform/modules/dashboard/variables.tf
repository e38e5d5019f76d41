variable "prefix" {
  description = "The environment's prefix, which is also the dashboard's and the bus's name."
  type        = string
}

variable "region" {
  description = "Region of the metrics."
  type        = string
}

variable "api_name" {
  description = "The API's name."
  type        = string
}

variable "api_stage" {
  description = "The API's stage."
  type        = string
}

variable "functions" {
  description = "Names of all functions."
  type        = list(string)
}

variable "consumers" {
  description = "Names of the consumers, which their rules and queues share."
  type        = list(string)
}

variable "publishers" {
  description = "Functions that publish events, without the prefix."
  type        = list(string)
}

variable "tables" {
  description = "Names of all tables."
  type        = list(string)
}
