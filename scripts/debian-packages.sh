# Sourced by install scripts. Debian packages whose programs run as this user, from a folder of ours, never as system services.
# shellcheck shell=bash
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# debian_packages WHAT COMMAND [--check] PACKAGE...: installs those that are missing, as root or by sudo.
debian_packages() {
  local what=$1 command=$2 mode=$3 package missing=()
  shift 3
  need dpkg-query "$what comes from Debian packages" 'use Debian 12'
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null) == ii* ]] || missing+=("$package")
  done
  ((${#missing[@]} > 0)) || return 0
  [[ $mode != --check ]] || fail "$what lacks the packages ${missing[*]}." "$command"
  local as_root=()
  ((EUID == 0)) || as_root=(sudo)
  need "${as_root[0]:-apt-get}" "it installs $what" "as root: apt-get install ${missing[*]}"
  say "installing $what: ${#missing[@]} packages ..."
  local started=$SECONDS guard=/usr/sbin/policy-rc.d guarded=0
  # Packages of servers would start them at once.
  if [[ ! -e $guard ]]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$guard" >/dev/null
    "${as_root[@]}" chmod 755 "$guard"
    guarded=1
  fi
  local status=0 output apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -qq -y)
  local install=("${apt[@]}" --no-install-recommends install "${missing[@]}")
  # A fresh machine has no list of packages, or one of a time ago.
  output=$("${install[@]}" 2>&1) || output=$({ "${apt[@]}" update && "${install[@]}"; } 2>&1) || status=$?
  ((status == 0)) || say "$output"
  ((guarded == 0)) || "${as_root[@]}" rm -f "$guard"
  ((status == 0)) || fail "apt-get could not install ${missing[*]}." 'what apt-get says above'
  say "installed $what in $((SECONDS - started)) s"
}
