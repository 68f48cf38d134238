#!/usr/bin/env bash
# Prints the SQL grammar of a Trino version, taken from the jar of the real program: grammar.sh VERSION
#
#   tools/trino-facts/grammar.sh 476 > registration/trino-sql/grammar-476.json
#
# Needs a JDK of 17 or newer, since it runs a Java source file.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

version=${1:?grammar.sh VERSION}
home=$("$here/../lakehouse/java.sh" 17)
lib=$("$here/../lakehouse/trino.sh" "$version")/lib
class_path=$(find "$lib" -name '*antlr4-runtime-*.jar' -o -name '*trino-grammar-*.jar' | paste -sd:)
exec "$home/bin/java" -cp "$class_path" "$here/PrintGrammar.java"
