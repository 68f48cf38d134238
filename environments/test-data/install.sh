#!/usr/bin/env bash
# Installs the libraries that write the test data (Arrow, PyIceberg) and prints the path of their python.
#
#   install.sh           installs them if they are missing (about a minute), prints the path
#   install.sh --check   prints the path, or fails with the command to run
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/python-environment.sh
source "$here/../../scripts/python-environment.sh"
python_environment test-data "$here" "$@"
