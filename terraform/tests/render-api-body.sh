#!/usr/bin/env bash
# render-api-body.sh: write tests/api-body.json anew, which is what modules/api imports into API Gateway, with the values
# of tests/api-body.tftest.hcl. Needs terraform and nothing else: the files that make the body use no provider.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp "$here"/../modules/api/{body,cors,variables}.tf "$work"
# What API Gateway answers itself is not part of the file, but the body may name it.
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
# console prints a string as a literal of the language; as base64 it needs no unquoting.
echo 'base64encode(local.body)' | terraform -chdir="$work" console -no-color | tr -d '"' | base64 -d |
  python3 -c 'import json, sys; body = json.load(sys.stdin); body.pop("x-amazon-apigateway-gateway-responses", None); json.dump(body, sys.stdout, indent=2, sort_keys=True); print()' >"$here/api-body.json.new"
mv "$here/api-body.json.new" "$here/api-body.json"
echo "written: terraform/tests/api-body.json"
