# The body that API Gateway imports: api/openapi.yaml with its values filled in, plus API Gateway's extensions.
# Responses and models are omitted, because API Gateway passes the answers of a Lambda proxy through unchanged.
# References are resolved, and each operation names its authorizer, so that nothing depends on how the import resolves
# them.

locals {
  spec = yamldecode(templatefile(var.openapi, merge(
    { user_pool_arn = var.user_pool_arn },
    { for name, f in var.functions : replace(name, "-", "_") => f.invoke_arn }
  )))

  operations = {
    for path, methods in local.spec.paths : path => {
      for method, operation in methods : method => {
        operationId = operation.operationId
        summary     = operation.summary
        security    = [{ idToken = [] }]
        responses   = { "200" = { description = "The function's answer" } }
        parameters = [
          for p in try(operation.parameters, []) : try(local.spec.components.parameters[basename(p["$ref"])], p)
        ]
        "x-amazon-apigateway-integration" = operation["x-amazon-apigateway-integration"]
      }
    }
  }

  body = jsonencode({
    openapi = local.spec.openapi
    info    = merge(local.spec.info, { title = var.name })
    paths = {
      for path, operations in local.operations : path => merge(operations, { options = local.preflight })
    }
    components                               = { securitySchemes = local.spec.components.securitySchemes }
    "x-amazon-apigateway-binary-media-types" = local.spec["x-amazon-apigateway-binary-media-types"]
    "x-amazon-apigateway-request-validators" = local.spec["x-amazon-apigateway-request-validators"]
    "x-amazon-apigateway-request-validator"  = local.spec["x-amazon-apigateway-request-validator"]
  })
}
