#!/usr/bin/env bash
# Runs ruff over the Python files, shellcheck over the shell scripts, or actionlint over the workflows of GitHub Actions.
#
#   lint.sh python|shell|workflows [FILE...]   all files of the checkout unless some are named
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
  workflows)
    ((${#files[@]} > 0)) || files=(.github/workflows/*.yml examples/pipelines/github-actions.yml)
    # The pinned shellcheck reads the scripts of steps; actionlint would take any that PATH finds.
    exec "$("$here/actionlint.sh")" -no-color -shellcheck "$commands/shellcheck" -pyflakes '' "${files[@]}"
    ;;
  *)
    echo 'usage: lint.sh python|shell|workflows [FILE...]' >&2
    exit 2
    ;;
esac
