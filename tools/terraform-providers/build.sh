#!/usr/bin/env bash
# Builds the pinned providers of go.mod into a Terraform filesystem mirror and prints the path of a CLI configuration
# file (for TF_CLI_CONFIG_FILE) that makes `terraform init` and `tofu init` take them from there, without a network.
#
#   build.sh           builds what is missing (about two minutes on two cores), prints the path
#   build.sh --check   prints the path, or fails with what to run
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/lib.sh
source "$here/../../scripts/lib.sh"

module=github.com/terraform-provider-openstack/terraform-provider-openstack/v3
address=terraform-provider-openstack/openstack
# Both registries' addresses: OpenTofu looks a provider up under its own.
registries=(registry.terraform.io registry.opentofu.org)

need go 'it builds the provider' 'install Go 1.24 or newer: https://go.dev/dl, or apt-get install golang'
cd "$here"
version=$(awk -v module="$module" '$1 == "require" && $2 == module { print $3 } $1 == module { print $2 }' go.mod)
version=${version#v}
platform=$(go env GOOS)_$(go env GOARCH)
mirror="$cache_root/terraform-mirror/$(key_of "$(cat go.mod go.sum)" "${registries[*]}" "$(go env GOVERSION)" "$platform")"

build() {
  local temporary=$1 started=$SECONDS registry folder
  local binary="$temporary/terraform-provider-openstack_v$version"
  say "downloading the sources of terraform-provider-openstack $version ..."
  go mod download
  say "building terraform-provider-openstack $version ..."
  CGO_ENABLED=0 go build -mod=readonly -trimpath -ldflags '-s -w' -o "$binary" "$module"
  for registry in "${registries[@]}"; do
    folder="$temporary/$registry/$address/$version/$platform"
    mkdir -p "$folder"
    ln "$binary" "$folder/"
  done
  rm "$binary"
  write_cli_config >"$temporary/cli.tfrc"
  say "built terraform-provider-openstack $version in $((SECONDS - started)) s"
}

write_cli_config() {
  local served
  served=$(printf '"%s/terraform-provider-openstack/*", ' "${registries[@]}")
  cat <<CONFIG
provider_installation {
  filesystem_mirror {
    path    = "$mirror"
    include = [${served%, }]
  }
  direct {
    exclude = [${served%, }]
  }
}
disable_checkpoint = true
CONFIG
}

if [[ ${1:-} == --check ]]; then
  [[ -d $mirror ]] || fail "the provider mirror of this checkout is not built." 'make toolchain'
else
  build_once "$mirror" build
fi
printf '%s\n' "$mirror/cli.tfrc"
