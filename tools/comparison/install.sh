#!/usr/bin/env bash
# Installs a tool that the validation is compared with, pinned by hash, and prints the path of its python.
#
#   install.sh reladiff|data-validation   installs it if it is missing (a minute), prints the path
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/python-environment.sh
source "$here/../../scripts/python-environment.sh"
tool=${1:-}
[[ -n $tool && -f $here/$tool/requirements.txt ]] || fail "'$tool' is not a tool of the comparison." 'install.sh reladiff, or install.sh data-validation'
python_environment "$tool" "$here/$tool"
