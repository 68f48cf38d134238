#!/usr/bin/env bash
# Builds OpenTofu from the Go module proxy and prints the path of `tofu`.
#
#   opentofu.sh           builds it if it is missing (about three minutes on two cores), prints the path
#   opentofu.sh --check   prints the path, or fails with the command to run
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=lib.sh
source "$here/lib.sh"

version=v1.12.6
sum=h1:0VT4P8pMmGcCUnQ9JDrJ+Qg2d35Vzm4FFd/9+H7oF98=

need go 'needed to build OpenTofu' 'install Go 1.24 or newer: https://go.dev/dl, or apt-get install golang'
folder="$cache_root/opentofu/$version-$(key_of "$sum" "$(go env GOVERSION)" "$(go env GOOS)/$(go env GOARCH)")"

build() {
  local temporary=$1 started=$SECONDS download source
  say "downloading the sources of OpenTofu $version ..."
  download=$(cd "$temporary" && go mod download -json "github.com/opentofu/opentofu@$version")
  [[ $(field Sum "$download") == "$sum" ]] ||
    fail "the sources of OpenTofu $version have the checksum $(field Sum "$download"), not $sum." 'check GOPROXY'
  source=$(field Dir "$download")
  say "building OpenTofu $version ..."
  # Inside the module, because its replace directives count only there.
  (cd "$source" && CGO_ENABLED=0 go build -mod=readonly -trimpath \
    -ldflags '-s -w -X github.com/opentofu/opentofu/version.dev=no' -o "$temporary/tofu" ./cmd/tofu) \
    2> >(grep -v '^go: downloading' >&2)
  say "built OpenTofu $version in $((SECONDS - started)) s"
}

if [[ ${1:-} == --check ]]; then
  [[ -x $folder/tofu ]] || fail "OpenTofu is not built." 'make toolchain'
else
  build_once "$folder" build
fi
printf '%s\n' "$folder/tofu"
