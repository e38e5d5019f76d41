# The bucket of sealed messages: closed to the public and TLS only. Every object is written once, because an event
# refers to it: the bucket policy refuses every PutObject without If-None-Match.

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:Objects are sealed before they come here; who called what is in the API's access log and, where wanted, in a CloudTrail data trail of the account.
  #checkov:skip=CKV_AWS_144:A second region is the operator's choice; versions protect from mistakes.
  #checkov:skip=CKV_AWS_145:Every object is sealed under its recipient's own KMS key before it is stored. SSE-KMS would add a KMS call to each request and protect nothing more.
  #checkov:skip=CKV2_AWS_62:modules/function-objects tells the reconciler of each object.
  bucket        = var.name
  force_destroy = var.force_destroy
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
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
  # S3 refuses rules about versions until versioning is on.
  depends_on = [aws_s3_bucket_versioning.this]
  bucket     = aws_s3_bucket.this.id

  rule {
    id     = "leftovers"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }

    noncurrent_version_expiration {
      noncurrent_days = var.deleted_version_days
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  # Both change access to the bucket, and S3 accepts one such change at a time.
  depends_on = [aws_s3_bucket_public_access_block.this]
  bucket     = aws_s3_bucket.this.id
  policy     = var.policy
}
