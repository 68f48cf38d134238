#!/usr/bin/env bash
# Installs poppler's programs from Debian: pdftoppm makes the pictures of the report and the certificate for docs/tour.md.
#
#   install.sh           installs them if they are missing
#   install.sh --check   fails with the command to run if they are missing
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/debian-packages.sh
source "$here/../../scripts/debian-packages.sh"
command -v pdftoppm >/dev/null || debian_packages 'the programs of poppler' 'tools/poppler/install.sh' "${1:-}" poppler-utils
