#!/usr/bin/env bash
# Installs what writes the test data (Arrow, PyIceberg) and prints the path of its python.
#
#   install.sh           installs it when it is missing (about a minute), prints the path
#   install.sh --check   prints the path, or fails with what to run
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/python-environment.sh
source "$here/../../scripts/python-environment.sh"
python_environment test-data "$here" "$@"
