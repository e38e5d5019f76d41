# A bucket for Terraform's state, so that several operators can deploy and no laptop has the only copy. Apply it once
# per account with its own local state. Then copy backend.tf.example to terraform/backend.tf and fill in the names.
# The state holds resource names and the key that signs paging cursors, but no user's key and no message.

terraform {
  required_version = ">= 1.7"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.46, < 7"
    }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  description = "Region of the bucket."
  type        = string
}

variable "bucket" {
  description = "Name of the bucket, such as example-terraform-state."
  type        = string
}

resource "aws_s3_bucket" "state" {
  #checkov:skip=CKV_AWS_18:Who read the state is in CloudTrail, where the account has a trail for S3 data.
  #checkov:skip=CKV_AWS_144:Versions protect from mistakes; a second region is the account owner's choice.
  #checkov:skip=CKV2_AWS_62:Nothing reacts to the state.
  bucket = var.bucket

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_versioning" "state" {
  bucket = aws_s3_bucket.state.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "state" {
  bucket                  = aws_s3_bucket.state.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "state" {
  depends_on = [aws_s3_bucket_versioning.state]
  bucket     = aws_s3_bucket.state.id

  rule {
    id     = "old-states"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }

    noncurrent_version_expiration {
      noncurrent_days = 90
    }
  }
}

# One deployment at a time.
resource "aws_dynamodb_table" "lock" {
  #checkov:skip=CKV_AWS_119:It holds the name of who deploys, for as long as they do.
  #checkov:skip=CKV_AWS_28:There is nothing to recover: a lock that is lost is free.
  #checkov:skip=CKV2_AWS_16:It is used on demand and hardly ever.
  name         = "${var.bucket}-lock"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "LockID"

  attribute {
    name = "LockID"
    type = "S"
  }
}
