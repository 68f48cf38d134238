#!/usr/bin/env bash
# Installs Chromium from Debian, in which tests drive the dashboard (about 100 MB).
#
#   install.sh           installs it if it is missing
#   install.sh --check   fails with the command to run if it is missing
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/debian-packages.sh
source "$here/../../scripts/debian-packages.sh"
command -v chromium >/dev/null || debian_packages Chromium 'tools/chromium/install.sh' "${1:-}" chromium fonts-noto-core
