#!/usr/bin/env bash
# Installs the packages of the site where they are missing or others are pinned.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/lib.sh
source "$here/../../scripts/lib.sh"
cd "$here"
need node 'it builds the site' 'apt-get install nodejs npm'
need npm 'it installs the packages of the site' 'apt-get install nodejs npm'

# One run at a time in a checkout.
exec 7<package-lock.json
flock 7
if ! node ../../scripts/packages-installed.mjs; then
  say 'installing the packages of the site ...'
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
fi
