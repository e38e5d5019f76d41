#!/usr/bin/env bash
# render-api-body.sh: write tests/api-body.json anew, which is what modules/api imports into API Gateway, and
# tests/gateway-responses.json, which is what API Gateway answers itself, with the values of tests/api-body.tftest.hcl. Needs terraform and nothing else: the files that make the body use no provider.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp "$here"/../modules/api/{body,cors,variables}.tf "$work"
awk '/^resource / { exit } { print }' "$here/../modules/api/gateway-responses.tf" >"$work/gateway-responses.tf"
# The values, as variables of the root module.
awk '/^  variables \{/ { on = 1; next } on && /^  \}/ { exit } on { print }' "$here/api-body.tftest.hcl" |
  sed -e "s#\"\.\./api/#\"$here/../../api/#" -e "s#file(\"functions.json\")#file(\"$here/../functions.json\")#" >"$work/values"
printf 'locals {\n%s\n}\n' "$(cat "$work/values")" >"$work/values.tf"
# Variables of a root module take no expressions: they become locals.
sed -i -E 's/\bvar\.([a-z0-9_]+)/local.\1/g' "$work"/{body,cors,gateway-responses}.tf
rm "$work/variables.tf" "$work/values"

export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1
terraform -chdir="$work" init -input=false -no-color >/dev/null

# render FILE EXPRESSION: writes the JSON that an expression is. The console prints a string as a literal of the language;
# as base64 it needs no unquoting.
render() {
  echo "base64encode($2)" | terraform -chdir="$work" console -no-color | tr -d '"' | base64 -d |
    python3 -c 'import json, sys; json.dump(json.load(sys.stdin), sys.stdout, indent=2, sort_keys=True); print()' >"$here/$1.new"
  mv "$here/$1.new" "$here/$1"
  echo "written: terraform/tests/$1"
}

render api-body.json 'local.body'
# As the module's output has them. Those without a status of their own keep API Gateway's.
render gateway-responses.json 'jsonencode({ for type, r in local.gateway_responses : type => { status = r.status, headers = { for name, value in r.headers : "gatewayresponse.header.${name}" => value }, problem = { type = "urn:sealpost:problem:${r.problem.type}", title = r.problem.title, status = r.problem.status, requestId = "$context.requestId" } } if r.status != null })'
