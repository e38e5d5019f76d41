#!/usr/bin/env bash
# smoke.sh [SERVER]: signs up two people, sends a message from one to the other, waits for it to arrive (which it does by
# the bus, a rule, a queue and a projection), reads it, and sees it counted as read. With the same client as everybody.
#
# SERVER is where config.json is; by default the output web_url of the state in this folder. At a pool on AWS the
# addresses are confirmed with the rights of whoever runs this (aws, the command line, with
# cognito-idp:AdminConfirmSignUp, AdminUpdateUserAttributes, AdminSetUserPassword); the two users stay and are used again
# by the next run, because each has a KMS key. FRESH=1 signs up new ones. At an embedded server the codes come from its
# mailbox, /dev/mail, and users are always new.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sealpost=${SEALPOST:-$here/../build/sealpost}
server=${1:-}
[[ -n $server ]] || server=$(terraform -chdir="$here" output -raw web_url)
[[ -x $sealpost ]] || { echo "smoke: $sealpost is not there: make build" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "smoke: FAILED: $*" >&2; exit 1; }
say() { echo "smoke: $*"; }

# field NAME: the value of a string field of the JSON on standard input.
field() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" | head -n 1; }

# as PERSON COMMAND...: runs the client with the person's own configuration folder and password.
as() {
  local person=$1
  shift
  mkdir -p "$work/$person"
  XDG_CONFIG_HOME="$work/$person" HOME="$work/$person" SEALPOST_SERVER=$server SEALPOST_PASSWORD=$password "$sealpost" "$@" </dev/null
}

# eventually WHAT COMMAND...: tries every second for two minutes, as long as a cold start and a full queue may take.
eventually() {
  local what=$1 deadline=$((SECONDS + ${PATIENCE:-120}))
  shift
  until "$@" >/dev/null 2>"$work/why"; do
    ((SECONDS < deadline)) || fail "$what; last: $(tail -n 3 "$work/why")"
    sleep 1
  done
}

config=$(curl -fsS --max-time 20 "${server%/}/config.json") || fail "no config.json at $server"
pool=$(field userPoolId <<<"$config")
region=$(field region <<<"$config")
endpoint=$(field endpoint <<<"$config")
on_aws=false
[[ $endpoint == https://cognito-idp.*.amazonaws.com* ]] && on_aws=true
password="Smoke-$(od -An -N 12 -tx1 /dev/urandom | tr -d ' \n')-X1"

confirm_on_aws() {
  local person=$1
  aws --region "$region" cognito-idp admin-update-user-attributes --user-pool-id "$pool" --username "$person" \
    --user-attributes Name=email_verified,Value=true
  # Like a code that was typed in, this calls the post-confirmation trigger.
  aws --region "$region" cognito-idp admin-confirm-sign-up --user-pool-id "$pool" --username "$person"
}

confirm_embedded() {
  local person=$1 email=$2 code
  code=$(curl -fsS --max-time 20 --get --data-urlencode "to=$email" "${server%/}/dev/mail.json" | grep -o '[^0-9][0-9]\{6\}[^0-9]' | tr -cd '0-9\n' | head -n 1) || true
  [[ -n $code ]] || fail "no code was mailed to $email"
  as "$person" confirm --username "$person" "$code" >/dev/null
}

sign_up() {
  local person=$1 email=$2
  if $on_aws && aws --region "$region" cognito-idp admin-get-user --user-pool-id "$pool" --username "$person" >/dev/null 2>&1; then
    aws --region "$region" cognito-idp admin-set-user-password --user-pool-id "$pool" --username "$person" --password "$password" --permanent
    say "$person is signed up from an earlier run"
    return
  fi
  as "$person" signup --username "$person" --email "$email" >/dev/null
  if $on_aws; then confirm_on_aws "$person"; else confirm_embedded "$person" "$email"; fi
  say "$person signed up and confirmed"
}

suffix=""
if ! $on_aws || [[ ${FRESH:-} == 1 ]]; then suffix="-$(od -An -N 4 -tx1 /dev/urandom | tr -d ' \n')"; fi
sender=smoke-sender$suffix
recipient=smoke-recipient$suffix
# SES's mailbox simulator takes mail for any label and keeps none.
sign_up "$sender" "success+$sender@simulator.amazonses.com"
sign_up "$recipient" "success+$recipient@simulator.amazonses.com"
as "$sender" login --username "$sender" >/dev/null
as "$recipient" login --username "$recipient" >/dev/null

eventually "$recipient did not become ready: UserVerified, the key or the topic did not arrive" \
  bash -c "$(declare -f as); work='$work' server='$server' password='$password' sealpost='$sealpost'; as '$sender' users --all | grep -E '^$recipient +yes'"
say "both have a key and a topic"

text="smoke test $suffix $(date -u +%FT%TZ)"
id=$(as "$sender" send --json --to "$recipient" --message "$text" | field id)
[[ $id =~ ^[0-9A-Z]{26}$ ]] || fail "sending answered no id"
say "sent $id"

eventually "MessageStored of $id did not arrive in the inbox" as "$recipient" read --keep-unread --force "$id" -o "$work/opened"
[[ $(cat "$work/opened") == "$text" ]] || fail "what was opened is not what was sent"
say "MessageStored arrived, and the message opens"

if as "$sender" read --keep-unread "$id" >/dev/null 2>&1; then fail "the sender can open the recipient's message"; fi
say "nobody else sees it"

before=$(as "$recipient" unread)
as "$recipient" read --force "$id" -o "$work/opened" >/dev/null
eventually "MessageRead of $id did not arrive: still $before unread" \
  bash -c "$(declare -f as); work='$work' server='$server' password='$password' sealpost='$sealpost'; [[ \$(as '$recipient' unread) != '$before' ]]"
say "MessageRead arrived"
say "passed at $server"
