#!/usr/bin/env bash
# Installs what reads and converts disks of machines, from Debian: qemu-img, parted, debugfs and mke2fs, xfs_db and mkfs.xfs, xz, lz4.
#
#   install.sh           installs what is missing
#   install.sh --check   fails with the command to run if something is missing
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/debian-packages.sh
source "$here/../../scripts/debian-packages.sh"

debian_packages 'what reads disks' 'tools/disks/install.sh' "${1:-}" qemu-utils parted e2fsprogs xfsprogs xz-utils lz4
