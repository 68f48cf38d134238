#!/usr/bin/env bash
# Installs rclone and prints its path.
#
#   install.sh           installs it if it is missing (a few seconds), prints the path
#   install.sh --check   prints the path, or fails with the command to run
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/python-environment.sh
source "$here/../../scripts/python-environment.sh"
python=$(python_environment rclone "$here" "$@")
printf '%s\n' "$(dirname "$python")/rclone"
