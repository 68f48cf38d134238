#!/usr/bin/env bash
# Runs one command of the test environment (see main.ts) after installing what it needs; one at a time per environment.
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
    need flock 'it keeps two runs apart' 'apt-get install util-linux'
    # The lock is released when the process that holds the file open ends, however it ends.
    exec 9>"$folder/run.lock"
    # shellcheck disable=SC2016 # the backticks quote a command
    flock -n 9 || fail 'another `make test-env-…` is running on this test environment.' 'wait until it ends, then run this command again'
    ;;
esac
exec node_modules/.bin/node --import tsx environments/test-env/main.ts "$@"
