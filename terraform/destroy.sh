#!/usr/bin/env bash
# destroy.sh [VARFILE]: removes what make deploy made, after asking. It refuses while the data is protected, and before
# anything is touched: terraform alone would take functions, queues and API away first, and stop at the tables.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tf() { terraform -chdir="${TERRAFORM_DIR:-$here}" "$@"; }

tf init -input=false
# Environments that were deployed before there was this output go on, as do those of which nothing is left.
outputs=$(tf output -json)
if [[ $outputs == *'"protect_data"'* && $(tf output -raw protect_data) == true ]]; then
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
tf destroy ${1:+-var-file="$1"}
