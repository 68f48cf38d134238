#!/usr/bin/env bash
# Installs AWS's event-ruler from Maven Central, with which tests check EventBridge patterns, and prints the folder of its
# jars: java -cp 'FOLDER/*' tools/event-ruler/Match.java.
#
#   install.sh           installs it if it is missing (3 MB), prints the folder
#   install.sh --check   prints the folder, or fails with the command to run
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lakehouse/artifacts.sh
source "$here/../lakehouse/artifacts.sh"

build() {
  say 'downloading event-ruler ...'
  # In a folder below, because Maven's own copies lie beside it meanwhile.
  fetch_artifacts "$here" "$1/jars"
  mv "$1"/jars/* "$1"
  rmdir "$1/jars"
}

installed event-ruler "$cache_root/event-ruler/$(key_of "$(cat "$here/artifacts.sha256")")" 'tools/event-ruler/install.sh' build "$@"
