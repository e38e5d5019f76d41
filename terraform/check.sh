#!/usr/bin/env bash
# check.sh: everything that is checked of the Terraform, without an AWS account: format, validation and tests (against
# two versions of the provider's schema where ../shared/tfcheck or SEALPOST_TFCHECK is, else against the provider from
# the registry), checkov, and the decision table of the policies. Needs terraform 1.11, python3 and node 20.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tfcheck=${SEALPOST_TFCHECK:-$root/../shared/tfcheck/tfcheck.sh}
failed=()

step() {
  local name=$1 started=$SECONDS
  shift
  echo "== $name"
  if "$@"; then
    echo "-- $name: passed in $((SECONDS - started)) s"
  else
    echo "-- $name: FAILED after $((SECONDS - started)) s" >&2
    failed+=("$name")
  fi
}

# The real provider, which also knows what values arguments may have. Nothing is written beside the sources.
with_registry() {
  local tree
  tree=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder of now, not of then
  trap "rm -rf '$tree'" RETURN
  tar -C "$root" --exclude=.git --exclude=.cache --exclude=node_modules --exclude=.terraform --exclude='*.tfstate*' -cf - . | tar -C "$tree" -xf -
  terraform -chdir="$tree/terraform" fmt -check -diff -recursive &&
    terraform -chdir="$tree/terraform" init -backend=false -input=false -no-color >/dev/null &&
    terraform -chdir="$tree/terraform" validate -no-color &&
    terraform -chdir="$tree/terraform" test -no-color
}

command -v terraform >/dev/null || { echo "check.sh: terraform 1.11 or newer is not on PATH" >&2; exit 2; }
export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1
if [[ -x $tfcheck ]]; then
  step "format, validation and tests against two provider schemas" "$tfcheck" "$root/terraform"
else
  step "format, validation and tests with the provider from the registry" with_registry
fi
step "checkov" "$root/tools/checkov/run"
step "decisions of the policies" "$root/tools/iamcheck/run"

if ((${#failed[@]} > 0)); then
  printf 'check.sh: %s of the checks failed:\n' "${#failed[@]}" >&2
  printf '  %s\n' "${failed[@]}" >&2
  exit 1
fi
echo "check.sh: all checks passed"
