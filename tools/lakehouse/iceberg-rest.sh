#!/usr/bin/env bash
# Installs Apache's reference server of the Iceberg REST catalog from Maven Central, with a launcher that listens on one
# address, and prints the folder of its jars: java -cp 'FOLDER/*' org.apache.iceberg.rest.LoopbackCatalog 127.0.0.1 PORT PATH.
#
#   iceberg-rest.sh           installs it if it is missing (210 MB, about a minute), prints the folder
#   iceberg-rest.sh --check   prints the folder, or fails with the command to run
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=artifacts.sh
source "$here/artifacts.sh"

launcher=$here/iceberg-rest/LoopbackCatalog.java

build() {
  local temporary=$1 started=$SECONDS
  say 'downloading the Iceberg REST catalog ...'
  fetch_artifacts "$here/iceberg-rest" "$temporary"
  compile "$launcher" "$temporary/launcher.jar" "$temporary"/iceberg-*.jar
  say "installed the Iceberg REST catalog in $((SECONDS - started)) s"
}

installed 'the Iceberg REST catalog' \
  "$cache_root/iceberg-rest/$(key_of "$(cat "$here/iceberg-rest/artifacts.sha256" "$launcher")")" \
  'make lakehouse-toolchain' build "$@"
