resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:One distribution reads it; its files are public anyway.
  #checkov:skip=CKV_AWS_144:The files are in the repository.
  #checkov:skip=CKV_AWS_145:The files are public.
  #checkov:skip=CKV2_AWS_61:There is nothing to expire: each deployment overwrites the same few files, and versions are kept small by that.
  bucket        = var.bucket
  force_destroy = true # every file is in the repository
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

resource "aws_s3_bucket_policy" "this" {
  depends_on = [aws_s3_bucket_public_access_block.this]
  bucket     = aws_s3_bucket.this.id
  policy = templatefile("${var.policies}/web-bucket.json.tftpl", {
    bucket_arn       = "arn:${var.partition}:s3:::${var.bucket}"
    distribution_arn = aws_cloudfront_distribution.this.arn
  })
}

# With write access to the page's files one could read what its visitors read, so modules/access-watch reports each
# change.
resource "aws_s3_bucket_notification" "this" {
  bucket      = aws_s3_bucket.this.id
  eventbridge = true
}
