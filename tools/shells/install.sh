#!/usr/bin/env bash
# Installs zsh and fish from Debian: tests ask them what they complete with our scripts.
#
#   install.sh           installs what is missing
#   install.sh --check   fails with the command to run if one is missing
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/debian-packages.sh
source "$here/../../scripts/debian-packages.sh"

missing=()
for shell in zsh fish; do command -v "$shell" >/dev/null || missing+=("$shell"); done
((${#missing[@]} == 0)) || debian_packages 'the shells' 'tools/shells/install.sh' "${1:-}" "${missing[@]}"
