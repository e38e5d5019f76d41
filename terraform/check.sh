#!/usr/bin/env bash
# check.sh: everything that is checked of the Terraform, without an AWS account: format, validation and tests (against
# the provider's schema where ../shared/tfcheck or SEALPOST_TFCHECK is, else against the provider from
# the registry), the alarms simulated, checkov, and the decision table of the policies. Needs terraform 1.11, python3 and node 20.
# SEALPOST_AWS_PROVIDER says which version of the registry's provider, such as "6.47.1".
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

# A copy of the sources: caches and builds, which others may be writing to, stay behind, and nothing is written beside
# the sources. tfcheck takes the whole of the git repository around its folder, so the copy is one.
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
if git -C "$root" rev-parse --git-dir >/dev/null 2>&1; then
  # What was deleted but is in the index yet is not there to be copied.
  git -C "$root" ls-files --cached --others --exclude-standard -z -- terraform api events web docs producers queries consumers adapters/aws/deployment |
    (cd "$root" && xargs -0 -I{} sh -c '[ -e "$1" ] && printf "%s\0" "$1"' _ {}) |
    tar -C "$root" --null -T - -cf - | tar -C "$tree" -xf -
else
  tar -C "$root" --exclude=.cache --exclude=build --exclude=.terraform -cf - terraform api events web docs producers queries consumers adapters/aws/deployment | tar -C "$tree" -xf -
fi
git -C "$tree" init -q
"$root/tools/iamcheck/run" render "$tree/terraform/tests/rendered" >/dev/null

# The real provider, which also knows what values arguments may have.
with_registry() {
  if [[ -n ${SEALPOST_AWS_PROVIDER:-} ]]; then
    printf 'terraform {\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n      version = "%s"\n    }\n  }\n}\n' \
      "$SEALPOST_AWS_PROVIDER" >"$tree/terraform/provider_override.tf"
  fi
  terraform -chdir="$tree/terraform" fmt -check -diff -recursive &&
    terraform -chdir="$tree/terraform" init -backend=false -input=false -no-color >/dev/null &&
    terraform -chdir="$tree/terraform" validate -no-color &&
    terraform -chdir="$tree/terraform" test -no-color
}

command -v terraform >/dev/null || { echo "check.sh: terraform 1.11 or newer is not on PATH" >&2; exit 2; }
export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1
if [[ -x $tfcheck ]]; then
  step "format, validation and tests against the provider's schema" "$tfcheck" "$tree/terraform"
else
  step "format, validation and tests with the provider from the registry" with_registry
fi
step "alarms, simulated" env SEALPOST_TFCHECK="$tfcheck" "$root/tools/alarmcheck/run" "$tree/terraform"
step "checkov" "$root/tools/checkov/run"
step "decisions of the policies" "$root/tools/iamcheck/run"

if ((${#failed[@]} > 0)); then
  printf 'check.sh: %s of the checks failed:\n' "${#failed[@]}" >&2
  printf '  %s\n' "${failed[@]}" >&2
  exit 1
fi
echo "check.sh: all checks passed"
