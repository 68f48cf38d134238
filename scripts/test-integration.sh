#!/usr/bin/env bash
# `make test-integration`. Its last line is always `N passed, N failed`, alone on a line, also when preparing fails.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/.." || exit 1
if ! scripts/prepare.sh integration; then
  echo '0 passed, 1 failed'
  exit 1
fi
# The tests start the control plane where it does not run; who had it running keeps it. The lakehouse that they share is
# this run's own, because it is made from this checkout.
remove_lakehouse() {
  [[ ! -e out/lakehouse ]] || A2O_LAKEHOUSE_DIR=out/lakehouse node_modules/.bin/tsx environments/lakehouse/main.ts clean >/dev/null
  rm -f out/lakehouse.json
}
ran=0
environments/openstack/openstack.sh status >/dev/null 2>&1 && ran=1
remove_lakehouse
export A2O_TEST_RUN=$$-$RANDOM
node_modules/.bin/node scripts/run-tests.mjs integration &
tests=$!
trap 'kill "$tests" 2>/dev/null' INT TERM
wait "$tests"
status=$?
((ran == 1)) || environments/openstack/openstack.sh stop >&2
remove_lakehouse
exit "$status"
