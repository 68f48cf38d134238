# Sourced by the install scripts. Programs from Maven Central, pinned by version in a pom.xml and by checksum in an
# artifacts.sha256 beside it. Maven's own configuration names the repositories.
# shellcheck shell=bash
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

maven_dependency_plugin=org.apache.maven.plugins:maven-dependency-plugin:3.8.1

# fetch_artifacts FOLDER-OF-POM TARGET: puts the artifacts of the pom into TARGET and checks their checksums.
fetch_artifacts() {
  local repository
  repository=$(dirname "$2")/repository
  copy_dependencies "$1" "$2" "$repository"
  rm -r "$repository"
  require_pinned "$2" "$1/artifacts.sha256"
}

# copy_dependencies FOLDER-OF-POM TARGET REPOSITORY [OPTION...]: puts the artifacts of the pom into TARGET. Maven keeps copies
# in REPOSITORY, not in the user's own; the caller removes it, because one copy of half a gigabyte is enough.
copy_dependencies() {
  local source=$1 target=$2 repository=$3 output
  shift 3
  need mvn "it fetches $(basename "$source")" 'apt-get install maven'
  output=$(mvn --batch-mode --quiet -Dstyle.color=never --file "$source/pom.xml" "-Dmaven.repo.local=$repository" \
    "$maven_dependency_plugin:copy-dependencies" "-DoutputDirectory=$target" "$@") || {
    say "$output"
    fail "Maven could not fetch the artifacts of $source/pom.xml (output above)." 'check the network and ~/.m2/settings.xml'
  }
}

# require_pinned FOLDER LIST: fails unless the folder's files are those of the list, which sha256sum wrote.
require_pinned() {
  (cd "$1" && sha256sum --check --strict --quiet -) <"$2" >&2 ||
    fail "files that Maven fetched do not have the pinned checksums (above)." 'check the repositories in ~/.m2/settings.xml'
  [[ $(find "$1" -type f | wc -l) -eq $(wc -l <"$2") ]] ||
    fail "Maven fetched files that $2 does not name." "run: cd FOLDER && sha256sum * >$2"
}

# compile SOURCE JAR CLASSPATH...: compiles a launcher of our own into a jar.
compile() {
  local source=$1 jar=$2 java compiler classes
  shift 2
  # shellcheck disable=SC2154 # `here` is set by the script that sources this file
  java="$("$here/java.sh" 17 23)/bin/java"
  compiler=$cache_root/java-compiler/$(key_of "$(cat "$here/compiler/artifacts.sha256")")
  # In a subshell, because this shell holds the lock of its own build.
  (build_once "$compiler" fetch_artifacts "$here/compiler")
  classes=$(mktemp -d)
  # The compiler does not support wildcards.
  "$java" -jar "$compiler"/ecj-*.jar -nowarn -source 17 -target 17 -classpath "$(IFS=: && printf '%s' "$*")" -d "$classes" "$source" >&2
  python3 -m zipfile -c "$jar" "$classes"/*
  rm -r "$classes"
}

# installed NAME FOLDER COMMAND BUILD-FUNCTION [--check]: prints the folder, built if it is missing; COMMAND installs it.
installed() {
  local name=$1 folder=$2 command=$3 build=$4
  if [[ ${5:-} == --check ]]; then
    [[ -d $folder ]] || fail "$name is not installed." "$command"
  else
    build_once "$folder" "$build"
  fi
  printf '%s\n' "$folder"
}
