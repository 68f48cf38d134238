#!/usr/bin/env bash
# `make test-integration`. Its last line is always `N passed, N failed`, alone on a line, also when preparing fails.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/.."
if ! scripts/prepare.sh integration; then
  echo '0 passed, 1 failed'
  exit 1
fi
# The tests start the control plane where it does not run; who had it running keeps it.
ran=0
environments/openstack/openstack.sh status >/dev/null 2>&1 && ran=1
node_modules/.bin/node scripts/run-tests.mjs integration &
tests=$!
trap 'kill "$tests" 2>/dev/null' INT TERM
wait "$tests"
status=$?
((ran == 1)) || environments/openstack/openstack.sh stop >&2
exit "$status"
