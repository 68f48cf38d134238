# Sourced by the other scripts. Builds go to a cache folder outside the checkout, once per content, and are atomic.
# shellcheck shell=bash

# shellcheck disable=SC2034 # for those that source this file
cache_root="${A2O_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/aws2openstack}"

say() { printf '%s\n' "$*" >&2; }

# fail MESSAGE FIX
fail() {
  say "error: $1"
  say "  fix: $2"
  exit 1
}

# need COMMAND PURPOSE INSTALL-COMMAND
need() { command -v "$1" >/dev/null || fail "$1 is missing ($2)." "$3"; }

# key_of TEXT...: a short hash that names what is built from these texts.
key_of() { printf '%s\n' "$@" | sha256sum | cut -c1-16; }

# build_once TARGET COMMAND...: makes the folder TARGET by running `COMMAND... TEMPORARY` and renaming. Concurrent runs
# wait for the first; what a killed run left behind is removed by the next.
build_once() {
  local target=$1
  shift
  [[ -d $target ]] && return
  mkdir -p "$(dirname "$target")"
  exec 9>"$target.lock"
  if ! flock -n 9; then
    say "waiting for another run to build $(basename "$target") ..."
    flock 9
  fi
  if [[ ! -d $target ]]; then
    rm -rf "$target".tmp.*
    local temporary="$target.tmp.$$"
    mkdir "$temporary"
    "$@" "$temporary"
    sync -f "$temporary"
    mv "$temporary" "$target"
  fi
  exec 9>&-
}

# field NAME JSON: a text field of `go mod download -json`, which writes one field a line.
field() { sed -n "s/^[[:space:]]*\"$1\": \"\(.*\)\",\{0,1\}\$/\1/p" <<<"$2"; }
