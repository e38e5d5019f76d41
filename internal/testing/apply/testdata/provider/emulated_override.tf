# The emulator has one name, and no bucket has one below it.
provider "aws" {
  s3_use_path_style = true
}
