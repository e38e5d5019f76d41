# A versioned bucket that is closed to the public: of the ciphertext, of the archive's copy, of the trail. Who may do what
# is in its policy.

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:Who reads objects is in a CloudTrail data trail of the account, where one is wanted. What is read is ciphertext, events without content, or a log.
  #checkov:skip=CKV_AWS_144:A second region is the operator's choice; versions protect from mistakes.
  #checkov:skip=CKV_AWS_145:Messages are sealed under their recipient's own KMS key before they are stored, and events and logs hold no content. SSE-KMS would add a KMS call to each request and protect nothing more.
  #checkov:skip=CKV2_AWS_62:modules/function-objects tells the reconciler of each ciphertext; nothing reacts to the other objects.
  bucket        = var.name
  force_destroy = var.force_destroy
  tags          = var.tags
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
