#!/usr/bin/env bash
# Runs ruff over the Python files or shellcheck over the shell scripts.
#
#   lint.sh python|shell [FILE...]   all files of the checkout unless some are named
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
commands=$("$here/install.sh")
language=${1:-}
shift || true
files=("$@")
cd "$here/../.."

case $language in
  python) exec "$commands/ruff" check --quiet "${files[@]:-.}" ;;
  shell)
    ((${#files[@]} > 0)) || mapfile -d '' files < <(
      find . \( -name node_modules -o -name out -o -name cdktf.out -o -name .git \) -prune -o -type f \( -name '*.sh' -o -path ./.ci/run \) -print0
    )
    exec "$commands/shellcheck" "${files[@]}"
    ;;
  *)
    echo 'usage: lint.sh python|shell [FILE...]' >&2
    exit 2
    ;;
esac
