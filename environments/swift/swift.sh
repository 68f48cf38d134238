#!/usr/bin/env bash
# A real Swift on loopback (one copy on one disk) with its S3 layer, behind TLS as in a cloud, and the Keystone that holds
# its keys.
#
#   swift.sh start|stop|status|env|wipe [--data FOLDER]
#
#   start    starts what is not running (about 20 s); the ports stay the same across starts
#   env      prints settings for S3 clients (AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION,
#            AWS_CA_BUNDLE) and for OpenStack's (OS_*)
#   wipe     stops it and removes the folder
#
# The default folder is out/swift.
# shellcheck disable=SC2154 # the passwords and keys are in the file that write_keys makes
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/processes.sh
source "$here/../../scripts/processes.sh"

usage() {
  sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

command=${1:-}
(($# == 0)) || shift
data=$here/../../out/swift
while (($# > 0)); do
  case $1 in
    --data) data=${2:?} ;;
    *) usage ;;
  esac
  shift 2
done
own_folder swift Swift "$command"
etc=$data/etc
servers=(memcached keystone object container account proxy object-updater tls)

# Debian's modules need Debian's Python, whichever is first on the path.
python=/usr/bin/python3
# The user may be signed in to another cloud.
export PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY "${!OS_@}"

write_keys() {
  [[ -s $data/keys ]] || (
    umask 077
    for name in admin_password service_password user_password secret_key access_key hash_prefix; do
      printf '%s=%s\n' "$name" "$(random 16)"
    done >"$data/keys.new"
    mv "$data/keys.new" "$data/keys"
  )
  set -a
  # shellcheck disable=SC1091 # written above
  source "$data/keys"
  set +a
}

# Swift's rings, which say what is on which disk.
make_rings() {
  local at=2 server builder
  for server in object container account; do
    builder=$etc/$server.builder
    if [[ ! -s $etc/$server.ring.gz ]]; then
      rm -f "$builder"
      swift-ring-builder "$builder" create 4 1 1
      swift-ring-builder "$builder" add --region 1 --zone 1 --ip 127.0.0.1 --port $((base + at)) --device disk --weight 1
      swift-ring-builder "$builder" rebalance
    fi
    at=$((at + 1))
  done >>"$data/log/rings.log" 2>&1
}

# With TLS, clients sign requests in another way than without.
make_certificate() {
  [[ ! -s $etc/tls.pem ]] || return 0
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=swift -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$etc/tls.key" -out "$etc/ca.pem" 2>>"$data/log/tls.log"
  cat "$etc/tls.key" "$etc/ca.pem" >"$etc/tls.pem.new"
  mv "$etc/tls.pem.new" "$etc/tls.pem"
}

make_keystone() {
  [[ ! -e $data/keystone.made ]] || return 0
  local keystone=(keystone-manage --config-file "$etc/keystone.conf") whose url=http://127.0.0.1:$base/v3
  whose=(--keystone-user "$(id -un)" --keystone-group "$(id -gn)")
  rm -f "$data/keystone.db"
  {
    "${keystone[@]}" db_sync
    "${keystone[@]}" fernet_setup "${whose[@]}"
    "${keystone[@]}" credential_setup "${whose[@]}"
    "${keystone[@]}" bootstrap --bootstrap-password "$admin_password" --bootstrap-region-id RegionOne \
      --bootstrap-public-url "$url" --bootstrap-internal-url "$url" --bootstrap-admin-url "$url"
  } >>"$data/log/keystone-manage.log" 2>&1 || fail 'Keystone cannot be set up.' "see $data/log/keystone-manage.log"
  touch "$data/keystone.made"
}

start_all() {
  local server at=2
  start memcached memcached -u "$(id -un)" -l 127.0.0.1 -p $((base + 5)) -U 0 -m 32
  start keystone env OS_KEYSTONE_CONFIG_FILES="$etc/keystone.conf" uwsgi-core --plugin python3 \
    --http-socket "127.0.0.1:$base" --wsgi-file /usr/bin/keystone-wsgi-public --master --processes 1 --enable-threads \
    --lazy-apps --need-app --die-on-term --buffer-size 65535 --thunder-lock --add-header 'Connection: close' --disable-logging
  for server in object container account proxy; do
    start "$server" "$python" "$here/serve.py" "$etc/swift.conf" "/usr/bin/swift-$server-server" "$etc/$server-server.conf" --verbose
  done
  # Without it, an object would be missing from listings for good where its container did not answer in time.
  start object-updater "$python" "$here/serve.py" "$etc/swift.conf" /usr/bin/swift-object-updater "$etc/object-server.conf"
  wait_until keystone 60 answers "http://127.0.0.1:$base/v3"
  env_of_admin
  "$python" "$here/seed.py" $((base + 1)) >>"$data/log/seed.log" 2>&1 || fail 'Keystone refused to create the users.' "see $data/log/seed.log"
  for server in object container account; do
    wait_until "$server" 60 answers "http://127.0.0.1:$((base + at))/healthcheck"
    at=$((at + 1))
  done
  wait_until proxy 60 answers "http://127.0.0.1:$((base + 1))/healthcheck"
  start tls env PATH="$PATH:/usr/sbin" haproxy -f "$etc/haproxy.cfg" -db
  wait_until tls 60 curl --silent --noproxy '*' --cacert "$etc/ca.pem" "https://127.0.0.1:$((base + 6))/healthcheck"
}

# settings USER PASSWORD PROJECT: settings for OpenStack's clients.
settings() {
  printf '%s\n' "OS_AUTH_URL=http://127.0.0.1:$base/v3" OS_IDENTITY_API_VERSION=3 OS_REGION_NAME=RegionOne \
    "OS_USERNAME=$1" "OS_PASSWORD=$2" "OS_PROJECT_NAME=$3" OS_USER_DOMAIN_ID=default OS_PROJECT_DOMAIN_ID=default
}

env_of_admin() {
  local line
  while read -r line; do export "${line?}"; done < <(settings admin "$admin_password" admin)
}

case $command in
  start)
    "$here/install.sh" --check
    # It holds keys.
    claim_folder 700
    lock_folder
    base=$(ports 7)
    mkdir -p "$etc"/{policy.d,fernet-keys,receipt-keys,credential-keys} "$data"/{cache,disks/disk}
    chmod 700 "$etc"/*-keys
    "$python" -c 'import os, sys; os.setxattr(sys.argv[1], "user.swift", b"")' "$data/disks/disk" ||
      fail "the disk of $data does not support extended attributes, which Swift needs." 'name a folder on another disk with --data'
    write_keys
    "$python" "$here/configure.py" "$data" "$base" "$(id -un)"
    make_rings
    make_certificate
    make_keystone
    start_all
    say "Swift is at https://127.0.0.1:$((base + 6)), its Keystone at http://127.0.0.1:$base/v3"
    ;;
  stop | wipe)
    lock_folder
    for ((at = ${#servers[@]} - 1; at >= 0; at--)); do stop "${servers[at]}" 20; done
    [[ $command == stop ]] || remove_folder
    ;;
  status) report "${servers[@]}" ;;
  env)
    base=$(ports 7)
    write_keys
    # The region is the S3 layer's own.
    printf 'export %s\n' "AWS_ENDPOINT_URL=https://127.0.0.1:$((base + 6))" "AWS_ACCESS_KEY_ID=$access_key" \
      "AWS_SECRET_ACCESS_KEY=$secret_key" AWS_REGION=us-east-1 "AWS_CA_BUNDLE=$etc/ca.pem"
    settings lake "$user_password" lake | sed 's/^/export /'
    ;;
  *) usage ;;
esac
