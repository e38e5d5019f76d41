locals {
  # A file of another kind fails the plan. Without a content type, nosniff would make it useless to the page.
  content_types = {
    html        = "text/html; charset=utf-8"
    css         = "text/css; charset=utf-8"
    js          = "text/javascript; charset=utf-8"
    mjs         = "text/javascript; charset=utf-8"
    json        = "application/json"
    webmanifest = "application/manifest+json"
    svg         = "image/svg+xml"
    png         = "image/png"
    ico         = "image/x-icon"
    woff2       = "font/woff2"
  }

  files = fileset(var.folder, "**")
}

resource "aws_s3_object" "file" {
  for_each = local.files

  bucket        = aws_s3_bucket.this.id
  key           = each.key
  source        = "${var.folder}/${each.key}"
  source_hash   = filemd5("${var.folder}/${each.key}")
  content_type  = local.content_types[element(split(".", each.key), length(split(".", each.key)) - 1)]
  cache_control = "no-cache" # kept, but asked for again: names carry no version
}

resource "aws_s3_object" "config" {
  bucket        = aws_s3_bucket.this.id
  key           = "config.json"
  content       = var.config
  content_type  = "application/json"
  cache_control = "no-cache"
}
