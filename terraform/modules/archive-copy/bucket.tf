resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:Who reads the copy is in the account's CloudTrail trail, where it logs data events.
  #checkov:skip=CKV_AWS_144:The archive of EventBridge is the other copy; a third in another region is the operator's choice.
  #checkov:skip=CKV_AWS_145:Events hold no content and no address. S3's own key keeps the copy readable from another account.
  #checkov:skip=CKV2_AWS_62:Nothing reacts to the copy.
  bucket        = var.bucket
  force_destroy = var.force_destroy

  # The tag makes the bucket depend on the archive, so that a destroy reaches the bucket first. The destroy fails
  # there, because the bucket is not empty and the data is protected. EventBridge itself cannot protect an archive.
  tags = { "sealpost:archive" = var.archive_arn }
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
  depends_on = [aws_s3_bucket_versioning.this]
  bucket     = aws_s3_bucket.this.id

  rule {
    id     = "retention"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }

    dynamic "expiration" {
      for_each = var.retention_days == 0 ? [] : [var.retention_days]

      content {
        days = expiration.value
      }
    }

    # Objects are written once, so a noncurrent version was deleted or overwritten by mistake.
    noncurrent_version_expiration {
      noncurrent_days = 365
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  depends_on = [aws_s3_bucket_public_access_block.this]
  bucket     = aws_s3_bucket.this.id
  policy     = var.policies.bucket
}
