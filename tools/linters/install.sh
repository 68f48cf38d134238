#!/usr/bin/env bash
# Installs ruff and shellcheck, pinned by hash, and prints the folder of their commands.
#
#   install.sh           installs them if they are missing (a few seconds), prints the folder
#   install.sh --check   prints the folder, or fails with the command to run
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/python-environment.sh
source "$here/../../scripts/python-environment.sh"
dirname "$(python_environment linters "$here" "$@")"
