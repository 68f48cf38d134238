#!/usr/bin/env bash
# Builds the OpenStack provider that go.mod pins into a mirror (see mirror.sh) and prints the path of its configuration.
#
#   build.sh           builds it if it is missing (about two minutes on two cores), prints the path
#   build.sh --check   prints the path, or fails with the command to run
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=mirror.sh
source "$here/mirror.sh"

module=github.com/terraform-provider-openstack/terraform-provider-openstack/v3

need go 'needed to build the provider' 'install Go 1.24 or newer: https://go.dev/dl, or apt-get install golang'
cd "$here"
version=$(awk -v module="$module" '$1 == "require" && $2 == module { print $3 } $1 == module { print $2 }' go.mod)

compile() {
  go mod download
  say "building terraform-provider-openstack $version ..."
  CGO_ENABLED=0 go build -mod=readonly -trimpath -ldflags '-s -w' -o "$1" "$module"
}

mirror_provider terraform-provider-openstack/openstack "${version#v}" toolchain "$(cat go.mod go.sum)" "$@"
