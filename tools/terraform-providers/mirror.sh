# Sourced by the build scripts. Puts one provider into a Terraform filesystem mirror in the cache, with a CLI configuration
# file (for TF_CLI_CONFIG_FILE) that makes `terraform init` and `tofu init` use it, without a network.
# shellcheck shell=bash
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

# OpenTofu looks a provider up under the address of its own registry.
registries=(registry.terraform.io registry.opentofu.org)

# mirror_provider ADDRESS VERSION MAKE-TARGET WHAT-IT-IS-BUILT-FROM [--check]
# Calls the caller's `compile BINARY` when the mirror is missing, and prints the path of the CLI configuration file.
mirror_provider() {
  address=$1 version=$2 platform=$(go env GOOS)_$(go env GOARCH)
  mirror="$cache_root/terraform-mirror/$(key_of "$4" "${registries[*]}" "$(go env GOVERSION)" "$platform")"
  if [[ ${5:-} == --check ]]; then
    [[ -d $mirror ]] || fail "the provider mirror of this checkout is not built." "make $3"
  else
    build_once "$mirror" fill_mirror
  fi
  printf '%s\n' "$mirror/cli.tfrc"
}

fill_mirror() {
  local temporary=$1 started=$SECONDS name=terraform-provider-${address##*/} registry folder
  local binary="$temporary/${name}_v$version"
  say "downloading the sources of $name $version ..."
  compile "$binary"
  for registry in "${registries[@]}"; do
    folder="$temporary/$registry/$address/$version/$platform"
    mkdir -p "$folder"
    ln "$binary" "$folder/"
  done
  rm "$binary"
  write_cli_config >"$temporary/cli.tfrc"
  say "built $name $version in $((SECONDS - started)) s"
}

write_cli_config() {
  local served
  served=$(printf "\"%s/${address%/*}/*\", " "${registries[@]}")
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
