#!/usr/bin/env bash
# Installs both versions of the Hive Metastore from Maven Central, 3.1.3 with a launcher that listens on one address, and
# prints their folder: VERSION/lib, and client, which holds Hadoop's S3A client and PostgreSQL's driver.
#
#   hive-metastore.sh           installs it if it is missing (180 MB, about a minute), prints the folder
#   hive-metastore.sh --check   prints the folder, or fails with the command to run
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=artifacts.sh
source "$here/artifacts.sh"

launcher=$here/hive-metastore/LoopbackMetastore.java

unpack() {
  local temporary=$1 started=$SECONDS archive version
  say 'downloading the Hive Metastore ...'
  fetch_artifacts "$here/hive-metastore" "$temporary/client"
  for archive in "$temporary"/client/*-bin.tar.gz; do
    version=$(basename "$archive" -bin.tar.gz)
    version=${version##*-}
    mkdir "$temporary/$version"
    tar -C "$temporary/$version" --strip-components 1 -xzf "$archive"
    rm "$archive"
  done
  compile "$launcher" "$temporary/3.1.3/lib/launcher.jar" "$temporary"/3.1.3/lib/*.jar \
    "$temporary"/client/hadoop-client-api-*.jar
  say "installed the Hive Metastore in $((SECONDS - started)) s"
}

installed 'the Hive Metastore' "$cache_root/hive-metastore/$(key_of "$(cat "$here/hive-metastore/artifacts.sha256" "$launcher")")" \
  'make lakehouse-toolchain' unpack "$@"
