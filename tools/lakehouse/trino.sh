#!/usr/bin/env bash
# Installs Trino from Maven Central and prints its folder (bin, lib, plugin).
#
#   trino.sh           installs it when it is missing (800 MB, about two minutes), prints the folder
#   trino.sh --check   prints the folder, or fails with what to run
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=artifacts.sh
source "$here/artifacts.sh"

version=$(sed -n 's|.*<trino.version>\(.*\)</trino.version>.*|\1|p' "$here/trino/pom.xml")

unpack() {
  local temporary=$1 started=$SECONDS plugin
  say "downloading Trino $version ..."
  fetch_artifacts "$here/trino" "$temporary/artifacts"
  say "unpacking Trino $version ..."
  tar -C "$temporary" --strip-components 1 -xzf "$temporary/artifacts/trino-server-core-$version.tar.gz"
  for plugin in hive iceberg; do
    python3 -m zipfile -e "$temporary/artifacts/trino-$plugin-$version.zip" "$temporary/plugin"
    mv "$temporary/plugin/trino-$plugin-$version" "$temporary/plugin/$plugin"
  done
  rm -r "$temporary/artifacts"
  say "installed Trino $version in $((SECONDS - started)) s"
}

installed Trino "$cache_root/trino/$version-$(key_of "$(cat "$here/trino/artifacts.sha256")")" lakehouse-toolchain unpack "$@"
