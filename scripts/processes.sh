# Sourced by scripts that keep servers running in a data folder, `$data`. Each server has log/NAME.log, and run/NAME.pid with
# its process id and its start time, so that a reused id is never signalled.
# shellcheck shell=bash
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# own_folder KIND WHAT COMMAND: settles `$data`, the folder of a WHAT, which has the mark of its KIND: the first file that
# `claim_folder` creates. A folder with content and without the mark belongs to somebody else: every command fails before
# anything in it is changed. A missing or empty folder can be started, and counts as stopped and wiped.
own_folder() {
  data=$(realpath -m "$data") mark=.a2o-$1
  local content=
  # Listed before the check for the mark: a concurrent start creates the mark first.
  [[ ! -e $data ]] || content=$(ls -A "$data")
  if [[ -z $content ]]; then
    case $3 in
      start) return ;;
      stop | wipe) exit 0 ;;
      *) fail "there is no $2 in $data." "$0 start --data $data" ;;
    esac
  fi
  [[ -e $data/$mark ]] || fail "$data is not the folder of a $2, so nothing in it was changed." \
    "name the folder of a $2 with --data; for a start, also an empty or new folder"
}

# claim_folder MODE: creates the folder with the mark; MODE is the folder's, as chmod takes it.
claim_folder() {
  mkdir -p "$data"
  touch "$data/$mark"
  chmod "$1" "$data"
}

# remove_folder: removes the mark last, so that a killed removal can be repeated.
remove_folder() {
  find "$data" -mindepth 1 -maxdepth 1 ! -name "$mark" -exec rm -rf {} +
  rm -rf "$data"
}

# random BYTES: random bytes as hexadecimal digits.
random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

# born PID: the start time of the process, in clock ticks since boot; fails when there is no such process.
born() {
  local line
  { line=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  # The text before the last parenthesis is the program's name, which may hold anything.
  read -ra line <<<"${line##*) }"
  [[ ${line[0]} != Z ]] && printf '%s\n' "${line[19]}"
}

# runs NAME: whether the recorded process is running and is the one that was started.
runs() {
  local pid started
  { read -r pid started <"$data/run/$1.pid"; } 2>/dev/null || return 1
  [[ -n $started && $(born "$pid") == "$started" ]]
}

# start NAME COMMAND...: does nothing when it is running.
start() {
  local name=$1 pid
  shift
  runs "$name" && return
  # In a session of its own, and without the lock that the caller may hold.
  (cd "$data" && exec setsid "$@" >>"$data/log/$name.log" 2>&1 </dev/null 8>&- 9>&-) &
  pid=$!
  printf '%s %s\n' "$pid" "$(born "$pid")" >"$data/run/$name.pid"
}

# stop NAME [SECONDS]: sends SIGTERM, waits, then kills the process and its descendants.
stop() {
  local name=$1 patience=${2:-10} pid started child
  if runs "$name"; then
    read -r pid started <"$data/run/$name.pid"
    local family
    mapfile -t family < <(descendants "$pid")
    kill -TERM "$pid" 2>/dev/null || true
    for ((tenths = 0; tenths < patience * 10; tenths++)); do
      [[ $(born "$pid") == "$started" ]] || break
      sleep 0.1
    done
    for child in "$pid $started" "${family[@]}"; do
      [[ $(born "${child% *}") == "${child#* }" ]] && kill -KILL "${child% *}" 2>/dev/null
    done
  fi
  rm -f "$data/run/$name.pid"
}

# descendants PID: `pid starttime` of each process below it.
descendants() {
  local child
  # shellcheck disable=SC2013 # the kernel writes words
  for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do
    printf '%s %s\n' "$child" "$(born "$child")"
    descendants "$child"
  done
}

# wait_until NAME SECONDS COMMAND...: waits until the command succeeds; fails with the log's end when the server ends or is
# too slow.
wait_until() {
  local name=$1 seconds=$2 started=$SECONDS
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ! runs "$name" || ((SECONDS - started > seconds)); then
      tail -n 20 "$data/log/$name.log" >&2 || true
      runs "$name" && fail "$name does not answer within $seconds s." "see $data/log/$name.log"
      fail "$name ended." "see $data/log/$name.log"
    fi
    sleep 0.2
  done
}

# answers URL: whether an HTTP server answers there, with any status.
answers() { curl --silent --noproxy '*' --output /dev/null --max-time 5 "$1"; }

# report NAME...: prints one line each; fails when one is down.
report() {
  local name pid down=0
  for name in "$@"; do
    if runs "$name"; then
      read -r pid _ <"$data/run/$name.pid"
      printf '%-16s up (pid %s)\n' "$name" "$pid"
    else
      printf '%-16s down\n' "$name"
      down=1
    fi
  done
  return "$down"
}

# ports COUNT: the first of COUNT consecutive free ports. It is kept in the folder, because clients remember the addresses.
# The start of the search depends on the folder, so that two folders rarely choose the same.
ports() {
  [[ -s $data/ports ]] || python3 - "$data" "$1" >"$data/ports" <<'PY'
import socket
import sys
import zlib

folder, count = sys.argv[1], int(sys.argv[2])


def is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


# Below the ports that Linux hands out to clients.
start = 15000 + zlib.crc32(folder.encode()) % 500 * 32
for base in [*range(start, 32000, 32), *range(15000, start, 32)]:
    if all(map(is_free, range(base, base + count))):
        sys.exit(print(base))
sys.exit("no block of free ports between 15000 and 32000")
PY
  cat "$data/ports"
}

# lock_folder: allows one start or stop at a time; others wait.
lock_folder() {
  mkdir -p "$data"/{run,log}
  exec 8>"$data/run/lock"
  flock --timeout 600 8 || fail "another start or stop of $data has been running for 10 minutes." "end it (\`fuser $data/run/lock\` shows its process), then run this command again"
}
