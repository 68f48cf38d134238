#!/usr/bin/env bash
# `make test`. Its last line is always `N passed, N failed`, alone on a line, also when preparing fails.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/.." || exit 1
if ! scripts/prepare.sh test; then
  echo '0 passed, 1 failed'
  exit 1
fi
exec node_modules/.bin/node scripts/run-tests.mjs
