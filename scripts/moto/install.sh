#!/usr/bin/env bash
# Installs the AWS emulator moto, every package pinned by hash, into a Python environment and prints the path of its python.
# After a change of requirements.in: uv pip compile --universal --python-version 3.10 --generate-hashes requirements.in -o requirements.txt
#
#   install.sh           installs it when it is missing (about 30 seconds), prints the path
#   install.sh --check   prints the path, or fails with what to run
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lib.sh
source "$here/../lib.sh"

need python3 'moto runs on it' 'apt-get install python3 python3-venv'
python_version=$(python3 -c 'import sys; print(sys.version)')
environment="$cache_root/moto/$(key_of "$(cat "$here/requirements.txt")" "$python_version")"

build() {
  local temporary=$1 started=$SECONDS
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
    fail "Python $python_version is too old for moto, which needs 3.10 or newer." 'apt-get install python3 python3-venv'
  python3 -c 'import ensurepip, venv' 2>/dev/null || fail 'this Python cannot make environments.' 'apt-get install python3-venv'
  say 'installing moto ...'
  python3 -m venv "$temporary"
  # Wheels of a local folder have other hashes than those of the index.
  env -u PIP_FIND_LINKS "$temporary/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-compile \
    --only-binary :all: --require-hashes --requirement "$here/requirements.txt" >&2
  say "installed moto in $((SECONDS - started)) s"
}

if [[ ${1:-} == --check ]]; then
  [[ -x $environment/bin/python ]] || fail 'moto is not installed.' 'make toolchain'
else
  build_once "$environment" build
fi
printf '%s\n' "$environment/bin/python"
