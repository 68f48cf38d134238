# Sourced by the install scripts. Programs from Maven Central, pinned by version in a pom.xml and by content in an
# artifacts.sha256 beside it. Where Maven looks for them is Maven's own configuration.
# shellcheck shell=bash
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

maven_dependency_plugin=org.apache.maven.plugins:maven-dependency-plugin:3.8.1

# fetch_artifacts FOLDER-OF-POM TARGET: puts what the pom names into TARGET, as it was when it was pinned.
fetch_artifacts() {
  local source=$1 target=$2 repository output
  need mvn "it fetches $(basename "$source")" 'apt-get install maven'
  # A repository of its own: one copy of half a gigabyte is enough, and it is not the user's to keep.
  repository=$(dirname "$target")/repository
  output=$(mvn --batch-mode --quiet -Dstyle.color=never --file "$source/pom.xml" "-Dmaven.repo.local=$repository" \
    "$maven_dependency_plugin:copy-dependencies" "-DoutputDirectory=$target") || {
    say "$output"
    fail "Maven could not fetch what $source/pom.xml names (above)." 'check the network and ~/.m2/settings.xml'
  }
  rm -r "$repository"
  (cd "$target" && sha256sum --check --strict --quiet -) <"$source/artifacts.sha256" >&2 ||
    fail "what Maven fetched is not what was pinned (above)." 'check the repositories in ~/.m2/settings.xml'
  [[ $(find "$target" -type f | wc -l) -eq $(wc -l <"$source/artifacts.sha256") ]] ||
    fail "Maven fetched files that $source/artifacts.sha256 does not name." "run: cd FOLDER && sha256sum * >$source/artifacts.sha256"
}

# installed NAME FOLDER MAKE-TARGET BUILD-FUNCTION [--check]: the folder, built when it is missing.
installed() {
  local name=$1 folder=$2 target=$3 build=$4
  if [[ ${5:-} == --check ]]; then
    [[ -d $folder ]] || fail "$name is not installed." "make $target"
  else
    build_once "$folder" "$build"
  fi
  printf '%s\n' "$folder"
}
