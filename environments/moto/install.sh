#!/usr/bin/env bash
# Installs the AWS emulator moto and prints the path of its python.
#
#   install.sh           installs it if it is missing (about 30 seconds), prints the path
#   install.sh --check   prints the path, or fails with the command to run
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/python-environment.sh
source "$here/../../scripts/python-environment.sh"
python_environment moto "$here" "$@"
