#!/usr/bin/env bash
# Installs veraPDF from Maven Central, with which tests check PDFs, and prints the folder of its jar:
# java -cp 'FOLDER/*' org.verapdf.apps.GreenfieldCliWrapper --flavour ua1 --format text FILE.
#
#   install.sh           installs it if it is missing (9 MB), prints the folder
#   install.sh --check   prints the folder, or fails with the command to run
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../lakehouse/artifacts.sh
source "$here/../lakehouse/artifacts.sh"

build() {
  say 'downloading veraPDF ...'
  # In a folder below, because Maven's own copies lie beside it meanwhile.
  fetch_artifacts "$here" "$1/jars"
  mv "$1"/jars/* "$1"
  rmdir "$1/jars"
}

installed veraPDF "$cache_root/verapdf/$(key_of "$(cat "$here/artifacts.sha256")")" 'tools/verapdf/install.sh' build "$@"
