# Sourced by scripts that have one thing done in the background while they do another.
# shellcheck shell=bash
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# beside NAME COMMAND...: runs it in the background and keeps what it prints for `join_beside`. One at a time. When this
# script ends, by itself or by a signal, the command and everything that it started end, too.
beside() {
  beside_name=$1 beside_log=$(mktemp)
  shift
  # With job control the command has a process group of its own, and Ctrl-C is not ignored in it.
  set -m
  "$@" >"$beside_log" 2>&1 </dev/null &
  beside_group=$!
  set +m
  trap end_beside EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# join_beside: waits for it, prints what it printed, and has its exit status. Does nothing when there is none.
join_beside() {
  [[ -n ${beside_group:-} ]] || return 0
  local status=0
  ! kill -0 "$beside_group" 2>/dev/null || say "waiting for $beside_name ..."
  wait "$beside_group" || status=$?
  cat "$beside_log" >&2
  ((status == 0)) || say "error: $beside_name failed (above)."
  rm -f "$beside_log"
  beside_group=
  return "$status"
}

end_beside() {
  [[ -n ${beside_group:-} ]] || return 0
  kill -TERM -- "-$beside_group" 2>/dev/null || true
  wait "$beside_group" 2>/dev/null || true
  rm -f "$beside_log"
}
