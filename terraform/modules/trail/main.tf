# The account's log of management calls, for accounts without one. Without a trail EventBridge gets no calls, and the
# rules of modules/access-watch never match. The first copy of management events is free; the bucket costs cents.

resource "aws_cloudtrail" "this" {
  #checkov:skip=CKV_AWS_35:S3 encrypts with its own key. The log holds who called what, and a key of ours would cost 1 USD a month and a call per file.
  #checkov:skip=CKV2_AWS_10:EventBridge gets every call by itself; a second copy in CloudWatch Logs is paid by the gigabyte.
  #checkov:skip=CKV_AWS_252:Files are not read as they come; the rules of modules/access-watch tell of what matters.
  name                          = var.name
  s3_bucket_name                = module.bucket.name
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true

  # CloudTrail checks its write permission when it is created.
  depends_on = [module.bucket]
}

module "bucket" {
  source = "../closed-bucket"

  name           = var.bucket
  policy         = var.policy
  force_destroy  = var.force_destroy
  retention_days = var.retention_days
}
