#!/usr/bin/env bash
# A real object store on loopback: Ceph (one monitor, one OSD) and its gateway, which speaks S3 and Swift.
#
#   object-store.sh start|stop|status|env|wipe [--data FOLDER] [--keystone FILE]
#
#   start    starts what is not running (about 15 s); `--keystone` names a file of OS_* lines: tokens and EC2 keys of that
#            Keystone are then accepted, too. The port stays the same across starts
#   env      prints settings for S3 clients: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION
#   wipe     stops it and removes the folder
#
# The default folder is out/object-store.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/processes.sh
source "$here/../../scripts/processes.sh"

usage() {
  sed -n '2,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

command=${1:-}
(($# == 0)) || shift
data=$here/../../out/object-store keystone=
while (($# > 0)); do
  case $1 in
    --data) data=${2:?} ;;
    --keystone) keystone=$(realpath "${2:?}") ;;
    *) usage ;;
  esac
  shift 2
done
own_folder object-store 'object store' "$command"
conf=$data/ceph.conf
servers=(mon osd rgw)

ceph_() { timeout 30 ceph -c "$conf" --connect-timeout 20 "$@"; }

write_conf() {
  local monitor=$1 gateway=$2
  cat >"$conf" <<CONF
[global]
fsid = $(<"$data/fsid")
mon host = [v2:127.0.0.1:$monitor/0]
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
ms bind msgr1 = false
ms bind port min = $((monitor + 2))
ms bind port max = $((monitor + 15))
keyring = $data/keyring
run dir = $data/run
# The path of a socket is limited to 107 bytes, which our folder may exceed.
admin socket =
pid file =
log file = $data/log/\$name.log
mon cluster log file = $data/log/cluster.log
log to stderr = false
crash dir = $data/crash
# One copy on one disk that may fill up: not for data that anybody needs.
osd crush chooseleaf type = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon max pg per osd = 2000
mon warn on pool no redundancy = false
mon data avail warn = 1
mon data avail crit = 1
auth allow insecure global id reclaim = false
[mon.a]
mon data = $data/mon
[osd]
osd data = $data/osd
osd objectstore = bluestore
osd class update on start = false
osd memory target = 939524096
# Sparse.
bluestore block size = 68719476736
bluestore block create = true
osd op num shards = 2
osd op num threads per shard = 2
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$gateway
rgw enable apis = s3, swift, swift_auth, admin
rgw thread pool size = 32
rgw swift account in url = true
# Space comes back soon after objects are removed.
rgw gc obj min wait = 60
rgw gc processor period = 60
rgw gc processor max time = 60
CONF
  [[ -z $keystone ]] || (
    # shellcheck disable=SC1090 # given by the caller
    source "$keystone"
    cat >>"$conf" <<CONF
rgw keystone url = ${OS_AUTH_URL%/v3}
rgw keystone api version = 3
rgw keystone admin user = $OS_USERNAME
rgw keystone admin password = $OS_PASSWORD
rgw keystone admin project = $OS_PROJECT_NAME
rgw keystone admin domain = $OS_USER_DOMAIN_NAME
rgw keystone accepted roles = admin, member
rgw keystone implicit tenants = false
rgw s3 auth use keystone = true
CONF
  )
}

write_keys() {
  [[ -s $data/fsid ]] || cat /proc/sys/kernel/random/uuid >"$data/fsid"
  [[ -s $data/s3-keys ]] || printf 'access_key=%s\nsecret_key=%s\n' "$(random 10)" "$(random 20)" >"$data/s3-keys"
  [[ ! -s $data/keyring ]] || return 0
  key() { ceph-authtool "$@" >/dev/null; }
  key --create-keyring "$data/keyring.new" --gen-key -n mon. --cap mon 'allow *'
  key "$data/keyring.new" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
  key "$data/keyring.new" --gen-key -n client.rgw --cap mon 'allow rw' --cap osd 'allow rwx' --cap mgr 'allow rw'
  key "$data/keyring.new" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *' --cap mgr 'allow profile osd'
  mv "$data/keyring.new" "$data/keyring"
}

start_monitor() {
  if [[ ! -e $data/mon.made ]]; then
    rm -rf "$data/mon"
    mkdir "$data/mon"
    monmaptool --create --clobber --fsid "$(<"$data/fsid")" --addv a "[v2:127.0.0.1:$1/0]" "$data/monmap" >/dev/null
    ceph-mon -c "$conf" --mkfs -i a --monmap "$data/monmap" --keyring "$data/keyring"
    touch "$data/mon.made"
  fi
  start mon ceph-mon -f -c "$conf" -i a
  wait_until mon 60 ceph_ mon stat
}

start_disk() {
  if [[ ! -e $data/osd.made ]]; then
    rm -rf "$data/osd"
    mkdir "$data/osd"
    [[ -s $data/osd.uuid ]] || cat /proc/sys/kernel/random/uuid >"$data/osd.uuid"
    ceph_ osd new "$(<"$data/osd.uuid")" >/dev/null
    ceph_ auth get osd.0 >/dev/null 2>&1 || ceph_ auth add osd.0 -i "$data/keyring" 2>/dev/null
    ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$(<"$data/osd.uuid")" >>"$data/log/osd-mkfs.log" 2>&1
    touch "$data/osd.made"
  fi
  start osd ceph-osd -f -c "$conf" -i 0
  is_up() { ceph_ osd stat | grep -q ' 1 up'; }
  wait_until osd 60 is_up
}

start_gateway() {
  start rgw radosgw -f -c "$conf" -n client.rgw
  wait_until rgw 60 answers "http://127.0.0.1:$1/"
  [[ ! -e $data/user.made ]] || return 0
  # shellcheck disable=SC1091 # written above
  source "$data/s3-keys"
  # shellcheck disable=SC2154 # both are in s3-keys
  timeout 60 radosgw-admin -c "$conf" -n client.rgw user create --uid lakehouse --display-name lakehouse \
    --access-key "$access_key" --secret-key "$secret_key" >/dev/null 2>>"$data/log/admin.log" ||
    fail 'the gateway refused to create the user.' "see $data/log/admin.log"
  touch "$data/user.made"
}

case $command in
  start)
    "$here/install.sh" --check
    # It holds keys.
    claim_folder 700
    lock_folder
    base=$(ports 18)
    mkdir -p "$data/crash/posted"
    write_keys
    # Without the option, the Keystone of an earlier start stays in use.
    if [[ -n $keystone ]]; then cp "$keystone" "$data/keystone"; elif [[ -s $data/keystone ]]; then keystone=$data/keystone; fi
    write_conf "$base" $((base + 1))
    start_monitor "$base"
    start_disk
    start_gateway $((base + 1))
    say "the object store is at http://127.0.0.1:$((base + 1))"
    ;;
  stop | wipe)
    lock_folder
    for ((at = ${#servers[@]} - 1; at >= 0; at--)); do stop "${servers[at]}" 20; done
    [[ $command == stop ]] || remove_folder
    ;;
  status) report "${servers[@]}" ;;
  env)
    # shellcheck disable=SC1091 # written by start
    source "$data/s3-keys"
    printf 'export %s\n' "AWS_ENDPOINT_URL=http://127.0.0.1:$(($(ports 18) + 1))" "AWS_ACCESS_KEY_ID=$access_key" \
      "AWS_SECRET_ACCESS_KEY=$secret_key" AWS_REGION=us-east-1
    ;;
  *) usage ;;
esac
