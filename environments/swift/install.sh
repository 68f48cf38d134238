#!/usr/bin/env bash
# Installs Swift, its S3 layer, Keystone, and HAProxy for TLS, from Debian (about 80 MB, most of it shared with the control plane).
#
#   install.sh           installs what is missing
#   install.sh --check   fails with the command to run when something is missing
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/debian-packages.sh
source "$here/../../scripts/debian-packages.sh"
debian_packages Swift 'scripts/prepare.sh swift' "${1:-}" swift-proxy swift-account swift-container swift-object \
  python3-keystonemiddleware python3-openstacksdk keystone uwsgi-core uwsgi-plugin-python3 memcached haproxy openssl curl
