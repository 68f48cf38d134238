#!/usr/bin/env bash
# Installs a version of Trino from Maven Central and prints its folder (bin, lib, plugin).
#
#   trino.sh VERSION           installs it if it is missing (800 MB, about two minutes), prints the folder
#   trino.sh VERSION --check   prints the folder, or fails with the command to run
#
# 476, a mapping's default, is unpacked from Trino's archives. 483 is assembled from the jars that its archive holds,
# because archives since 477 are not on Maven Central.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=artifacts.sh
source "$here/artifacts.sh"

version=${1:?trino.sh VERSION [--check]}
shift
source=$here/trino/$version
[[ -d $source ]] || fail "trino.sh cannot install Trino $version." "run tools/lakehouse/trino.sh with one of: $(cd "$here/trino" && echo *)"

unpack() {
  local temporary=$1 plugin
  say "downloading Trino $version ..."
  fetch_artifacts "$source" "$temporary/artifacts"
  say "unpacking Trino $version ..."
  tar -C "$temporary" --strip-components 1 -xzf "$temporary/artifacts/trino-server-core-$version.tar.gz"
  for plugin in hive iceberg; do
    python3 -m zipfile -e "$temporary/artifacts/trino-$plugin-$version.zip" "$temporary/plugin"
    mv "$temporary/plugin/trino-$plugin-$version" "$temporary/plugin/$plugin"
  done
  rm -r "$temporary/artifacts"
}

declare -A plugins=(
  [exchange-filesystem]=io.trino.plugin.exchange.filesystem.FileSystemExchangePlugin
  [hive]=io.trino.plugin.hive.HivePlugin
  [iceberg]=io.trino.plugin.iceberg.IcebergPlugin
)

assemble() {
  local temporary=$1 plugin older
  say "downloading Trino $version ..."
  copy_dependencies "$source" "$temporary/lib" "$temporary/repository" -Dpart=trino-main
  for plugin in "${!plugins[@]}"; do
    copy_dependencies "$source" "$temporary/plugin/$plugin" "$temporary/repository" "-Dpart=trino-$plugin"
  done
  rm -r "$temporary/repository"
  require_pinned "$temporary" "$source/artifacts.sha256"
  for plugin in "${!plugins[@]}"; do
    declare_service "${plugins[$plugin]}" "$temporary/plugin/$plugin/services.jar"
  done
  compile "$source/TrinoLauncher.java" "$temporary/lib/launcher.jar" "$temporary/lib/trino-main-$version.jar"
  # The launcher and these plugins are not on Maven Central after 476; those of 476 work with this version, too.
  older=$("$here/trino.sh" 476)
  cp -r "$older/bin" "$temporary/bin"
  cp -r "$older"/plugin/{password-authenticators,resource-group-managers} "$temporary/plugin"
  printf 'main-class=aws2openstack.TrinoLauncher\nprocess-name=trino-server\n' >"$temporary/bin/launcher.properties"
}

# declare_service CLASS JAR: makes the jar by which Trino finds the plugin, like the one in its archives.
declare_service() {
  local folder
  folder=$(mktemp -d)
  mkdir -p "$folder/META-INF/services"
  printf '%s\n' "$1" >"$folder/META-INF/services/io.trino.spi.Plugin"
  python3 -m zipfile -c "$2" "$folder/META-INF"
  rm -r "$folder"
}

build() {
  local started=$SECONDS
  if [[ -e $source/TrinoLauncher.java ]]; then assemble "$1"; else unpack "$1"; fi
  say "installed Trino $version in $((SECONDS - started)) s"
}

installed "Trino $version" "$cache_root/trino/$version-$(key_of "$(cat "$source"/*)")" "tools/lakehouse/trino.sh $version" build "$@"
