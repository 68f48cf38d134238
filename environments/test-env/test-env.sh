#!/usr/bin/env bash
# Runs one command of the test environment (see test-env.ts) after installing what it needs; one at a time in a checkout.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/lib.sh
source "$here/../../scripts/lib.sh"
cd "$here/../.."

case ${1:-} in
  up | bootstrap | down | clean) scripts/prepare.sh test-data moto ;;
  *) scripts/prepare.sh ;;
esac
case ${1:-} in
  up | bootstrap | down | clean | unlock)
    folder=${A2O_TEST_ENV_DIR:-.aws2openstack/test-env}
    mkdir -p "$folder"
    need flock 'of two runs one must wait' 'install util-linux'
    # The lock goes with the process that holds the file open, however that ends.
    exec 9>"$folder/run.lock"
    # shellcheck disable=SC2016 # the backticks quote a command
    flock -n 9 || fail 'another `make test-env-…` is at work on this test environment.' 'wait until it ends'
    ;;
esac
exec node_modules/.bin/node --import tsx environments/test-env/main.ts "$@"
