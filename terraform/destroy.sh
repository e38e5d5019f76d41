#!/usr/bin/env bash
# destroy.sh [VARFILE]: removes what make deploy made, after asking. It refuses while the data is protected, and before
# anything is touched: terraform alone would take functions, queues and API away first, and stop at the tables. It may be
# stopped and run again.
#
# Users' keys are no resources of Terraform's, and the role that alone may delete them goes with the rest. So the function
# that makes keys goes first, then all keys, then everything else.
# SEALPOST is the command to call, SEALPOST_KEY_ADMIN_PROFILE the AWS profile that deletes keys if not the one of the rest.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tf() { terraform -chdir="${TERRAFORM_DIR:-$here}" "$@"; }
destroy() { tf destroy -auto-approve "${vars[@]}" "$@"; }
vars=(${1:+-var-file="$1"})
stack=$(mktemp)
trap 'rm -f "$stack"' EXIT

tf init -input=false
# Environments that were deployed before there was this output go on, as do those of which nothing is left.
tf output -json >"$stack"
if grep -q '"protect_data"' "$stack" && [[ $(tf output -raw protect_data) == true ]]; then
  option=${1:+ TFVARS=$1}
  cat >&2 <<END
destroy: refused, and nothing was touched: this environment's data is protected.

Destroying it deletes every message, account and projection for good. If you mean to:

  1. write  protect_data = false  into ${1:-a .tfvars file of the environment}
  2. make deploy$option     which takes the protection off and asks first
  3. make destroy$option

END
  exit 1
fi

resources=$(tf state list || true)
echo "destroy: this deletes $(wc -l <<<"$resources") resources, every user's key, every message and every account for good."
read -r -p "Only yes goes on: " answer || true
[[ $answer == yes ]] || { echo "destroy: nothing was touched" >&2; exit 1; }

# Outputs go first when everything is destroyed: without them an earlier run has shredded the keys.
if grep -q '"key_admin_role_arn"' "$stack"; then
  destroy -target='module.consumer["userkey"]'
  (
    [[ -z ${SEALPOST_KEY_ADMIN_PROFILE:-} ]] || export AWS_PROFILE=$SEALPOST_KEY_ADMIN_PROFILE
    cd "$here/.." && ${SEALPOST:-go run ./cmd/sealpost} keys shred --stack "$stack" --all --yes
  )
fi
# No plan may delete the shared key (prevent_destroy), and its deletion is scheduled now.
key=$(grep '^module\.shared_key.*aws_kms_key' <<<"$resources" || true)
[[ -z $key ]] || tf state rm "$key"
destroy
