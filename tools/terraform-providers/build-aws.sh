#!/usr/bin/env bash
# Builds the AWS provider, with only the services that our stacks use, into a mirror (see mirror.sh) and prints the path of
# its configuration. The complete provider takes most of an hour; the code of the remaining services is unchanged.
#
#   build-aws.sh           builds it if it is missing (several minutes on two cores), prints the path
#   build-aws.sh --check   prints the path, or fails with the command to run
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=mirror.sh
source "$here/mirror.sh"

# The Go module proxy has the releases of 6.x under the name of this fork only. It is pinned by its checksum.
module=github.com/upbound/terraform-provider-aws@v0.0.0-20260305123303-f7691456b787
sum=h1:dJlp2eNgY/iVKTPINdguYlHbHc9CtXBZKmQmqYq0REs=
version=6.34.0
# The provider itself needs account and organizations, and s3 needs s3control.
services='account cloudwatch dynamodb events glue iam kms logs organizations s3 s3control sfn sqs sts'
# SDK clients whose names differ from the service's.
clients='cloudwatchlogs eventbridge'
# These two generated files list every service.
lists=(internal/provider/sdkv2/service_packages_gen.go internal/conns/awsclient_gen.go)

need go 'needed to build the provider' 'install Go 1.25 or newer: https://go.dev/dl'

compile() {
  local binary=$1 folder download
  folder=$(dirname "$binary")
  download=$(cd "$folder" && GONOSUMDB=github.com/upbound/terraform-provider-aws go mod download -json "$module")
  [[ $(field Sum "$download") == "$sum" ]] ||
    fail "the sources of $module have the checksum $(field Sum "$download"), not $sum." 'check GOPROXY'
  copy_needed "$(field Dir "$download")" "$folder/source"
  say "building terraform-provider-aws $version ..."
  # Inside the module: its own go.mod and go.sum pin everything it needs.
  (cd "$folder/source" && CGO_ENABLED=0 go build -mod=readonly -trimpath \
    -ldflags "-s -w -X github.com/hashicorp/terraform-provider-aws/version.ProviderVersion=$version" -o "$binary" .) \
    2> >(grep -v '^go: downloading' >&2)
  rm -r "$folder/source"
}

# copy_needed SOURCE FOLDER: copies the module with the remaining services. Go does not build changed files in its cache.
copy_needed() {
  local source=$1 folder=$2 part
  mkdir -p "$folder/internal/service"
  (cd "$source" && tar -cf - --exclude internal/service --mode u+w go.mod go.sum main.go names version internal) |
    tar -C "$folder" -xf -
  # shellcheck disable=SC2086 # a list of names
  (cd "$source/internal/service" && tar -cf - --mode u+w $services smarterr.hcl) | tar -C "$folder/internal/service" -xf -
  for part in "${lists[@]}"; do
    awk -v services="$services $clients" -f "$here/keep-services.awk" "$source/$part" >"$folder/$part"
  done
}

mirror_provider hashicorp/aws "$version" provider-aws "$sum $services $clients $(cat "$here/keep-services.awk")" "$@"
