#!/usr/bin/env bash
# Installs Ceph's object gateway and what it needs, from Debian (about 70 MB).
#
#   install.sh           installs what is missing
#   install.sh --check   fails with the command to run when something is missing
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/debian-packages.sh
source "$here/../../scripts/debian-packages.sh"
debian_packages 'the object store' 'scripts/prepare.sh object-store' "${1:-}" radosgw ceph-mon ceph-osd ceph-common curl
