#!/usr/bin/env bash
# A real OpenStack control plane on loopback, from Debian's packages (release Zed), with an object store in its catalog:
# Keystone, Placement, Glance, Nova (its fake driver: servers are ACTIVE and boot nothing), Neutron (ports are ACTIVE and carry
# nothing), Cinder (volumes are rows, and files once an image fills them), Barbican, Ceph's gateway. Nova has a host, and
# Cinder a backend, in each of the availability zones az-1, az-2 and az-3.
#
#   openstack.sh start|stop|status|wipe [--data FOLDER]
#   openstack.sh project NAME [--data FOLDER]   creates a project, and a user of that name who is a member of it
#   openstack.sh env NAME [--data FOLDER]       settings for clients: OS_AUTH_URL, OS_USERNAME, ... of a project, or of admin
#   openstack.sh endpoints [--data FOLDER]      S3_ENDPOINT; METADATA_URL and METADATA_SECRET, with which a proxy asks Nova for
#                                               a server's metadata
#
# The project `lake` exists from the start.
#
# The default folder is out/openstack. The first start takes about a minute, later ones half of that.
# shellcheck disable=SC2154 # the variables port_* are in ports.sh, which configure.py writes
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../scripts/processes.sh
source "$here/../../scripts/processes.sh"

usage() {
  sed -n '2,15s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
}

command=${1:-} name=lake data=$here/../../out/openstack
(($# == 0)) || shift
while (($# > 0)); do
  case $1 in
    --data)
      data=${2:?}
      shift
      ;;
    -* | *[!a-z0-9-]*) usage ;;
    *) name=$1 ;;
  esac
  shift
done
own_folder openstack 'control plane' "$command"
# Debian's modules need Debian's Python, whichever is first on the path.
python=/usr/bin/python3
export PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8 HOME=$data/home
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY "${!OS_@}"

servers=(mariadb epmd rabbitmq keystone placement glance nova-conductor nova-scheduler nova-api nova-metadata nova-compute
  neutron cinder-api cinder-scheduler cinder-volume barbican)
# Each is also the name of Nova's host and of Cinder's backend in it.
zones=(az-1 az-2 az-3)
object_store() { "$here/../object-store/object-store.sh" "$1" --data "$data/object-store" "${@:2}"; }

sql() { (cd "$data/mysql" && exec mariadb --no-defaults --socket=mysql.sock --user=root "$@"); }

wsgi() {
  local name=$1 port=$2 file=$3 processes=1 threads=6
  shift 3
  # This Barbican reads its policy at the first request, and two first requests in threads break each other.
  [[ $name != barbican ]] || processes=2 threads=1
  start "$name" env "$@" uwsgi-core --plugin python3 --http-socket "127.0.0.1:$port" --master --processes "$processes" --threads "$threads" \
    --enable-threads --lazy-apps --die-on-term --buffer-size 65535 --disable-logging --listen 100 \
    --add-header 'Connection: close' --wsgi-file "$file"
}

launch() {
  local name=$1
  case $name in
    mariadb)
      [[ -d $data/mysql/mysql ]] || mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$data/mysql" --skip-test-db \
        --auth-root-authentication-method=socket >"$data/log/install-db.log" 2>&1
      # The path of a socket is limited to 107 bytes, so it is relative to the data folder.
      start mariadb mariadbd --no-defaults --user="$(id -un)" --datadir="$data/mysql" --socket=mysql.sock \
        --pid-file="$data/run/mariadb.own" --port="$port_database" --bind-address=127.0.0.1 --skip-name-resolve --skip-log-bin \
        --performance-schema=OFF --max-connections=600 --innodb-buffer-pool-size=192M --innodb-flush-log-at-trx-commit=0 \
        --innodb-doublewrite=0 --character-set-server=utf8mb3 --tmpdir="$data/tmp"
      ;;
    epmd) start epmd env ERL_EPMD_ADDRESS=127.0.0.1 epmd -port "$port_epmd" -address 127.0.0.1 ;;
    rabbitmq)
      start rabbitmq env RUNNING_UNDER_SYSTEMD=true RABBITMQ_NODENAME="a2o$port_queue@localhost" \
        RABBITMQ_CONF_ENV_FILE="$data/queue/env.conf" RABBITMQ_CONFIG_FILE="$data/queue/rabbitmq.conf" \
        RABBITMQ_MNESIA_BASE="$data/queue/mnesia" RABBITMQ_LOG_BASE="$data/log" RABBITMQ_LOGS=- \
        RABBITMQ_ENABLED_PLUGINS_FILE="$data/queue/enabled_plugins" RABBITMQ_DIST_PORT="$port_distribution" \
        ERL_EPMD_PORT="$port_epmd" ERL_EPMD_ADDRESS=127.0.0.1 RABBITMQ_PID_FILE="$data/run/rabbitmq.own" \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none' \
        /usr/lib/rabbitmq/bin/rabbitmq-server
      ;;
    keystone) wsgi keystone "$port_keystone" /usr/bin/keystone-wsgi-public OS_KEYSTONE_CONFIG_DIR="$data/etc/keystone" ;;
    placement) wsgi placement "$port_placement" /usr/bin/placement-api OS_PLACEMENT_CONFIG_DIR="$data/etc/placement" ;;
    barbican) wsgi barbican "$port_barbican" /usr/bin/barbican-wsgi-api HOME="$data/home" ;;
    glance) start glance "$python" "$data/bin/glance-api" --config-file "$data/etc/glance-api.conf" ;;
    nova-compute) start "$name" env A2O_HOSTS="${zones[*]}" "$python" "$data/drivers/a2o_compute.py" --config-file "$data/etc/nova.conf" ;;
    nova-*) start "$name" "$python" "$data/bin/$name" --config-file "$data/etc/nova.conf" --config-file "$data/etc/nova-db.conf" ;;
    neutron) start neutron env PYTHONPATH="$data/drivers" "$python" /usr/bin/neutron-server --config-file "$data/etc/neutron.conf" ;;
    cinder-*) start "$name" env PYTHONPATH="$data/drivers" "$python" "$data/bin/$name" --config-file "$data/etc/cinder.conf" ;;
  esac
}

# once NAME COMMAND...: runs the command unless it has succeeded before.
once() {
  local mark=$data/$1.done
  shift
  [[ -e $mark ]] || { "$@" && touch "$mark"; }
}

make_databases() {
  local password name jobs=() job
  password=$(<"$data/password")
  for name in keystone placement glance nova_api nova nova_cell0 neutron cinder barbican; do
    printf 'CREATE DATABASE IF NOT EXISTS %s;\n' "$name"
  done | sql
  sql <<<"CREATE USER IF NOT EXISTS openstack@'127.0.0.1' IDENTIFIED BY '$password'; GRANT ALL ON *.* TO openstack@'127.0.0.1'; FLUSH PRIVILEGES;"
  migrate_keystone >"$data/log/migrate-keystone.log" 2>&1 &
  jobs+=("$!")
  migrate_nova >"$data/log/migrate-nova.log" 2>&1 &
  jobs+=("$!")
  PYTHONPATH="$data/drivers" "$python" /usr/bin/neutron-db-manage --config-file "$data/etc/neutron.conf" upgrade heads \
    >"$data/log/migrate-neutron.log" 2>&1 &
  jobs+=("$!")
  migrate_cinder >"$data/log/migrate-cinder.log" 2>&1 &
  jobs+=("$!")
  for job in "${jobs[@]}"; do
    wait "$job" || fail 'a database could not be created.' "see $data/log/migrate-*.log"
  done
}

migrate_keystone() {
  local manage=("$python" /usr/bin/keystone-manage --config-file "$data/etc/keystone/keystone.conf")
  local url=http://127.0.0.1:$port_keystone/v3 owner=(--keystone-user "$(id -un)" --keystone-group "$(id -gn)")
  # Joined by &&: `set -e` does not apply in a function that a condition calls.
  "${manage[@]}" db_sync && "${manage[@]}" fernet_setup "${owner[@]}" && "${manage[@]}" credential_setup "${owner[@]}" &&
    "${manage[@]}" bootstrap --bootstrap-password "$(<"$data/password")" --bootstrap-region-id RegionOne \
      --bootstrap-admin-url "$url" --bootstrap-public-url "$url" --bootstrap-internal-url "$url" &&
    "$python" /usr/bin/placement-manage --config-file "$data/etc/placement/placement.conf" db sync &&
    "$python" /usr/bin/glance-manage --config-file "$data/etc/glance-api.conf" db_sync
}

nova_manage() { "$python" /usr/bin/nova-manage --config-file "$data/etc/nova.conf" --config-file "$data/etc/nova-db.conf" "$@"; }

migrate_nova() {
  local cell0
  cell0=$(sed -n 's/^connection = \(.*\)\/nova?\(.*\)/\1\/nova_cell0?\2/p' "$data/etc/nova-db.conf")
  nova_manage api_db sync && nova_manage cell_v2 map_cell0 --database_connection "$cell0" && nova_manage db sync || return
  [[ $(sql -N -e "SELECT count(*) FROM nova_api.cell_mappings WHERE name = 'cell1'") -gt 0 ]] ||
    nova_manage cell_v2 create_cell --name cell1
}

migrate_cinder() {
  "$python" /usr/bin/cinder-manage --config-file "$data/etc/cinder.conf" db sync && "$python" /usr/bin/barbican-manage db upgrade
}

# seed PART [ARGUMENT...]
seed() {
  # shellcheck disable=SC1091 # written by configure.py
  (source "$data/etc/admin.env" && exec "$python" "$here/seed.py" "$@")
}

make_identity() {
  # Its address is in the catalog.
  wait "$store" && seed identity "$base" "$(object_store env | sed -n 's/^export AWS_ENDPOINT_URL=//p')"
}

make_project() {
  seed project "$1" && sed "s/^\(export OS_USERNAME=\|export OS_PROJECT_NAME=\).*/\1$1/" "$data/etc/admin.env" >"$data/etc/$1.env"
}

# Compute nodes register themselves a moment after their start.
hosts_registered() { [[ $(sql -N -e 'SELECT count(*) FROM nova.compute_nodes WHERE deleted = 0') -ge ${#zones[@]} ]]; }

make_zones() { nova_manage cell_v2 discover_hosts >"$data/log/discover-hosts.log" 2>&1 && seed zones "${zones[@]}"; }

# Every agent has reported since this start began.
agents_reported() {
  [[ $(sql -N -e "SELECT (SELECT count(*) FROM nova.services WHERE deleted = 0 AND \`binary\` IN ('nova-compute', 'nova-conductor', 'nova-scheduler') AND ifnull(updated_at, created_at) >= '$1')
    + (SELECT count(*) FROM cinder.services WHERE deleted = 0 AND \`binary\` IN ('cinder-volume', 'cinder-scheduler') AND ifnull(updated_at, created_at) >= '$1')") -ge $((3 + 2 * ${#zones[@]})) ]]
}

accepts() { (exec 3<>"/dev/tcp/127.0.0.1/$1"); }

start_all() {
  "$here/install.sh" --check
  claim_folder 711
  lock_folder
  if report "${servers[@]}" >/dev/null && object_store status >/dev/null 2>&1; then
    say 'the control plane is already running.'
    return
  fi
  local began since name store
  began=$SECONDS
  base=$(ports 12)
  [[ -s $data/password ]] || od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$data/password"
  chmod 600 "$data/password"
  "$python" "$here/configure.py" "$data" "$base" "${zones[@]}"
  chmod 600 "$data"/etc/*.conf "$data"/etc/*.env "$data"/etc/*/*.conf "$data"/home/.barbican/*.conf
  # shellcheck disable=SC1091 # written by configure.py
  source "$data/ports.sh"
  # It mostly waits, and does not use Keystone before its own first request.
  object_store start --keystone "$data/etc/admin.env" &
  store=$!
  launch mariadb
  launch epmd
  wait_until epmd 600 accepts "$port_epmd"
  launch rabbitmq
  wait_until mariadb 600 accepts "$port_database"
  since=$(sql -N -e 'SELECT utc_timestamp()')
  once databases make_databases
  launch keystone
  wait_until rabbitmq 600 accepts "$port_queue"
  wait_until keystone 600 answers "http://127.0.0.1:$port_keystone/v3"
  once identity make_identity
  for name in placement nova-conductor neutron nova-api glance cinder-api cinder-scheduler cinder-volume barbican nova-scheduler; do
    launch "$name"
  done
  wait_until placement 600 answers "http://127.0.0.1:$port_placement/"
  launch nova-compute
  for name in nova-api:$port_nova neutron:$port_neutron glance:$port_glance cinder-api:$port_cinder barbican:$port_barbican; do
    wait_until "${name%:*}" 600 answers "http://127.0.0.1:${name#*:}/"
  done
  once resources seed resources
  once lake make_project lake
  wait_until nova-compute 600 hosts_registered
  once zones make_zones
  wait_until nova-conductor 600 agents_reported "$since"
  # It asks the conductor once at its start, and does not repeat that.
  launch nova-metadata
  wait_until nova-metadata 600 answers "http://127.0.0.1:$port_metadata/"
  wait "$store"
  say "the control plane is at http://127.0.0.1:$port_keystone/v3 (started in $((SECONDS - began)) s)"
  say "sign in: source <($here/openstack.sh env lake --data $data)"
}

stop_all() {
  lock_folder
  local at name
  # The clients of the queue and the database at the same time, then those two.
  for ((at = ${#servers[@]} - 1; at > 2; at--)); do stop "${servers[at]}" 10 & done
  object_store stop
  wait
  stop rabbitmq 20
  stop epmd
  stop mariadb 30
}

case $command in
  start) start_all ;;
  stop) stop_all ;;
  status)
    status=0
    report "${servers[@]}" || status=1
    object_store status || status=1
    exit "$status"
    ;;
  wipe)
    stop_all
    remove_folder
    ;;
  project)
    [[ $name != admin ]] || fail 'the project admin already exists.' "$0 env admin"
    # One project at a time: each may create a role that is missing.
    lock_folder
    make_project "$name"
    ;;
  env)
    [[ -s $data/etc/$name.env ]] || fail "there is no project $name." "$0 project $name"
    cat "$data/etc/$name.env"
    ;;
  endpoints)
    object_store env | sed -n 's/^export AWS_ENDPOINT_URL=/S3_ENDPOINT=/p'
    sed -n 's/^port_metadata=/METADATA_URL=http:\/\/127.0.0.1:/p' "$data/ports.sh"
    printf 'METADATA_SECRET=%s\n' "$(<"$data/password")"
    ;;
  *) usage ;;
esac
