#!/bin/sh
# Installs what the browser tests need and what is missing: Debian's chromium, two fonts (so that
# screenshots look like a desk's and not like a server's) and axe-core, pinned by package-lock.json.
set -eu
cd "$(dirname "$0")"

packages=""
command -v chromium >/dev/null 2>&1 || packages="$packages chromium"
[ -d /usr/share/fonts/opentype/inter ] || [ -d /usr/share/fonts/truetype/inter ] || packages="$packages fonts-inter"
[ -d /usr/share/fonts/truetype/crosextra ] || packages="$packages fonts-crosextra-caladea"
if [ -n "$packages" ]; then
  if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
    echo "web/webtest: please install:$packages (apt-get install$packages, as root)" >&2
    exit 1
  fi
  apt-get update -qq
  # shellcheck disable=SC2086 # a list on purpose
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
fi

[ -f node_modules/axe-core/axe.min.js ] || npm ci --silent --no-fund --no-audit --ignore-scripts
