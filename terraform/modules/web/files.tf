locals {
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

  # Sources, tests and notes lie beside the page; only these kinds of file are of the page.
  files = {
    for path in fileset(var.folder, "**") : path => local.content_types[element(split(".", path), length(split(".", path)) - 1)]
    if contains(keys(local.content_types), element(split(".", path), length(split(".", path)) - 1)) &&
    !can(regex("(^|/)(node_modules|testdata|tests?|\\.[^/]*)/|(^|/)(config|package|package-lock)\\.json$|[._]test\\.", path))
  }
}

resource "aws_s3_object" "file" {
  for_each = local.files

  bucket        = aws_s3_bucket.this.id
  key           = each.key
  source        = "${var.folder}/${each.key}"
  source_hash   = filemd5("${var.folder}/${each.key}")
  content_type  = each.value
  cache_control = "no-cache" # kept, but asked for again: names carry no version
}

resource "aws_s3_object" "config" {
  bucket        = aws_s3_bucket.this.id
  key           = "config.json"
  content       = var.config
  content_type  = "application/json"
  cache_control = "no-cache"
}
