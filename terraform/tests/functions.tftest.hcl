# Functions: one zip and one role each, alarms on every one, and no more environment than functions.json gives.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  environment = "test"
  region      = "eu-central-1"
}

# The published schema of hashicorp/aws 6.25.0 that ../shared/tfcheck checks against admits one attribute block per
# table, so no table with two keys can be planned under it. The real providers take any number.
override_module {
  target  = module.projection_table
  outputs = { name = "table", arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/table" }
}

run "functions" {
  command = plan

  assert {
    # make lambdas builds one zip per folder with a lambda/main.go, named after it.
    condition = toset(concat(
      [module.trigger.lambda.zip, module.signup.lambda.zip, module.reconcile.lambda.zip],
      [for f in module.api_function : f.lambda.zip],
      [for f in module.consumer : f.lambda.zip],
      )) == toset([
      for path in fileset("..", "{producers,queries,consumers}/*/lambda/main.go") :
      "${replace(trimsuffix(path, "/lambda/main.go"), "/", "-")}.zip"
    ])
    error_message = "The zips that functions name are those that make lambdas builds."
  }

  assert {
    condition     = toset(keys(local.functions)) == toset([for f in fileset(local.policies, "{producers,queries,consumers}-*.json.tftpl") : trimsuffix(f, ".json.tftpl")])
    error_message = "Every function has a policy of its own, and no policy is left over."
  }

  assert {
    condition     = toset([for name, f in local.functions : trimprefix(name, "consumers-") if f.kind == "consumer"]) == toset(keys(local.subscriptions))
    error_message = "The consumers of functions.json are those of subscriptions.json."
  }

  assert {
    condition     = alltrue([for name, f in local.functions : f.kind != "consumer" || startswith(name, "consumers-")])
    error_message = "Consumers are under consumers/."
  }

  assert {
    condition     = toset([for f in local.function_names : f]) == toset(concat([for name, f in local.functions : "sealpost-test-${name}" if f.kind != "consumer"], [for key in keys(local.consumers) : "sealpost-test-consumers-${key}"]))
    error_message = "Every function of functions.json is deployed."
  }

  assert {
    condition     = toset(keys(module.api_function["queries-me"].lambda.environment)) == toset(["SEALPOST_USERS_TABLE"])
    error_message = "A function is told what functions.json says and nothing else."
  }

  assert {
    # What a main asks for itself, and what lambdahost asks for in its place.
    condition = alltrue([
      for path in fileset("..", "{producers,queries,consumers}/*/lambda/main.go") : length(setsubtract(
        toset(concat(
          flatten(regexall("(?:Required|Secret|OneOf)\\(\"(SEALPOST_[A-Z_]+)\"", file("../${path}"))),
          strcontains(file("../${path}"), "lambdahost.Bus(") ? ["SEALPOST_BUS"] : [],
        )),
        toset(local.functions[replace(trimsuffix(path, "/lambda/main.go"), "/", "-")].environment)
      )) == 0
    ])
    error_message = "A function is told everything without which it would not start."
  }

  assert {
    condition = alltrue(flatten([
      for name, f in local.functions : [
        for v in f.environment : strcontains(file("../${replace(name, "-", "/")}/lambda/main.go"), v == "SEALPOST_BUS" ? "lambdahost.Bus(" : "\"${v}\"")
      ]
    ]))
    error_message = "A function is told nothing that it does not ask for."
  }

  assert {
    condition     = terraform_data.cursor_key.input == base64encode("abcdefghijklmnopqrstuvwxyz012345")
    error_message = "The cursor key is 32 bytes in base64."
  }

  # No function stands outside the module that gives it alarms.
  assert {
    condition = toset([
      for f in setunion(fileset(path.module, "*.tf"), fileset(path.module, "modules/**/*.tf")) : dirname(f)
      if strcontains(file("${path.module}/${f}"), "resource \"aws_lambda_function\" ")
    ]) == toset(["modules/function"]) && length(local.functions) > 0
    error_message = "aws_lambda_function is declared in modules/function alone."
  }

  assert {
    condition = toset([
      for f in setunion(fileset(path.module, "*.tf"), fileset(path.module, "modules/**/*.tf")) : dirname(f)
      if strcontains(file("${path.module}/${f}"), "resource \"aws_sqs_queue\" ")
    ]) == toset(["modules/subscription", "modules/function-objects", "modules/archive-copy"]) && length(local.functions) > 0
    error_message = "aws_sqs_queue is declared where each queue gets its dead-letter queue or is one, and nowhere else."
  }
}
