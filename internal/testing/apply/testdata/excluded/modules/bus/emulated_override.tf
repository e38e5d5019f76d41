# Neither ministack 1.5.33 nor moto 5.2.5 has EventBridge's schema registry. The test checks that, and fails once
# there is one. The real provider still plans the registry, and Terraform's tests check the plan.
resource "aws_schemas_registry" "this" {
  count = 0
}

resource "aws_schemas_schema" "event" {
  for_each = {}

  registry_name = ""
}
