#!/usr/bin/env bash
# Installs OpenSSH's client from Debian: its ssh-keygen verifies certificates.
#
#   install.sh           installs it if it is missing
#   install.sh --check   fails with the command to run if it is missing
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/debian-packages.sh
source "$here/../../scripts/debian-packages.sh"

command -v ssh-keygen >/dev/null || debian_packages "OpenSSH's client" 'tools/openssh/install.sh' "${1:-}" openssh-client
