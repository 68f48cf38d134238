#!/usr/bin/env bash
# Installs docker-compose from Debian (about 5 MB, no container engine): tests read our compose files with it.
#
#   install.sh           installs it if it is missing
#   install.sh --check   fails with the command to run if it is missing
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/debian-packages.sh
source "$here/../../scripts/debian-packages.sh"

command -v docker-compose >/dev/null || debian_packages 'docker-compose' 'tools/compose/install.sh' "${1:-}" docker-compose
