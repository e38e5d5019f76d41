terraform {
  # The tests need mock_provider, which is new in 1.7.
  required_version = ">= 1.7"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.47.1, < 7"
    }
  }
}

provider "aws" {
  region              = var.region
  allowed_account_ids = var.account_id == "" ? null : [var.account_id]

  default_tags {
    tags = merge({ application = var.name, environment = var.environment }, var.tags)
  }
}
