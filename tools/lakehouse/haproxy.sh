#!/usr/bin/env bash
# Installs HAProxy, the gateway of the topology `ha`, from Debian (about 2 MB).
#
#   haproxy.sh           installs what is missing
#   haproxy.sh --check   fails with the command to run when it is missing
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/debian-packages.sh
source "$here/../../scripts/debian-packages.sh"
debian_packages 'the gateway' 'make lakehouse-toolchain' "${1:-}" haproxy
