# The emulator has one host name, and buckets have no names below it.
provider "aws" {
  s3_use_path_style = true
}
