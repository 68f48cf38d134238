#!/usr/bin/env bash
# Builds actionlint, which checks workflows of GitHub Actions, from the Go module proxy and prints its path.
#
#   actionlint.sh           builds it if it is missing (half a minute), prints the path
#   actionlint.sh --check   prints the path, or fails with the command to run
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/lib.sh
source "$here/../../scripts/lib.sh"

version=v1.7.12
sum=h1:vQ4GeJN86C0QH+gTUQcs8McmK62OLT3kmakPMtEWYnY=

need go 'needed to build actionlint' 'install Go 1.24 or newer: https://go.dev/dl, or apt-get install golang'
folder="$cache_root/actionlint/$version-$(key_of "$sum" "$(go env GOVERSION)" "$(go env GOOS)/$(go env GOARCH)")"

build() {
  local temporary=$1 started=$SECONDS download
  say "building actionlint $version ..."
  download=$(cd "$temporary" && go mod download -json "github.com/rhysd/actionlint@$version")
  [[ $(field Sum "$download") == "$sum" ]] ||
    fail "the sources of actionlint $version have the checksum $(field Sum "$download"), not $sum." 'check GOPROXY'
  # Inside the module, whose go.sum pins the others.
  (cd "$(field Dir "$download")" && CGO_ENABLED=0 go build -mod=readonly -trimpath -ldflags '-s -w' \
    -o "$temporary/actionlint" ./cmd/actionlint) 2> >(grep -v '^go: downloading' >&2)
  say "built actionlint $version in $((SECONDS - started)) s"
}

if [[ ${1:-} == --check ]]; then
  [[ -x $folder/actionlint ]] || fail "actionlint is not built." 'make toolchain'
else
  build_once "$folder" build
fi
printf '%s\n' "$folder/actionlint"
