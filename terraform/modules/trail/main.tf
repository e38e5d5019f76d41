# The account's log of management calls, for accounts without one. Without a trail EventBridge gets no calls, and the
# rules of modules/access-watch never match. The first copy of management events is free; the bucket costs cents.

resource "aws_cloudtrail" "this" {
  #checkov:skip=CKV_AWS_35:S3 encrypts with its own key. The log holds who called what, and a key of ours would cost 1 USD a month and a call per file.
  #checkov:skip=CKV2_AWS_10:EventBridge gets every call by itself; a second copy in CloudWatch Logs is paid by the gigabyte.
  #checkov:skip=CKV_AWS_252:Files are not read as they come; the rules of modules/access-watch tell of what matters.
  name                          = var.name
  s3_bucket_name                = aws_s3_bucket.this.id
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true

  # CloudTrail checks its write permission when it is created.
  depends_on = [aws_s3_bucket_policy.this]
}

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:This is a log; a log of who reads it would be a trail of data events, which is paid.
  #checkov:skip=CKV_AWS_144:CloudTrail's files are validated by digests; a second region is the operator's choice.
  #checkov:skip=CKV_AWS_145:As above, S3's own key.
  #checkov:skip=CKV2_AWS_62:Nothing reacts to the files.
  bucket        = var.bucket
  force_destroy = var.force_destroy
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  depends_on = [aws_s3_bucket_versioning.this]
  bucket     = aws_s3_bucket.this.id

  rule {
    id     = "retention"
    status = "Enabled"

    filter {}

    expiration {
      days = var.retention_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }

    noncurrent_version_expiration {
      noncurrent_days = 30
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  depends_on = [aws_s3_bucket_public_access_block.this]
  bucket     = aws_s3_bucket.this.id
  policy     = var.policy
}
