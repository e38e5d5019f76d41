#!/usr/bin/env bash
# Validates the examples, as terraform/check.sh does the root module.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tfcheck=${SEALPOST_TFCHECK:-$here/../../../shared/tfcheck/tfcheck.sh}
for example in subscriber remote-state; do
  echo "example $example"
  if [[ -x $tfcheck ]]; then
    "$tfcheck" "$here/$example"
  else
    data=$(mktemp -d)
    TF_DATA_DIR=$data terraform -chdir="$here/$example" init -backend=false -input=false -no-color >/dev/null
    TF_DATA_DIR=$data terraform -chdir="$here/$example" validate -no-color
    rm -rf "$data"
  fi
done
