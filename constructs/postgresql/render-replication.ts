/** Where a replicated PostgreSQL finds its own files. */
const folder = '/etc/aws2openstack';

/** `pg_hba.conf`: by password from the network, copies of the whole server for the replicas only. */
export function renderHba(): string {
  return [
    'local all all trust',
    'host all all 127.0.0.1/32 scram-sha-256',
    'host all all samenet scram-sha-256',
    'host replication replicator samenet scram-sha-256',
    '',
  ].join('\n');
}

/**
 * Starts the server as what the bundle says. Whoever has the address PRIMARY_ADDRESS is the primary; everyone else
 * copies it and follows. A data folder that does not follow anybody was a primary's: it is put aside, never deleted.
 * A commit counts once one replica has it, so that a replica that is made primary lacks nothing that was confirmed.
 * Source: PostgreSQL 15 documentation, 'Log-Shipping Standby Servers'.
 */
export function renderStart(): string {
  return `#!/bin/bash
set -euo pipefail
is_primary=no
for address in $(hostname -I); do
  if [ "$address" = "$PRIMARY_ADDRESS" ]; then is_primary=yes; fi
done
passfile=/var/run/postgresql/replication.pgpass
install --owner=postgres --mode=600 /dev/null "$passfile"
echo "*:*:*:replicator:$REPLICATION_PASSWORD" > "$passfile"
follow="host=$PRIMARY_ADDRESS user=replicator passfile=$passfile application_name=$(hostname | tr -c 'a-z0-9\\n' _)"
if [ $is_primary = no ] && [ ! -f "$PGDATA/standby.signal" ]; then
  if [ -d "$PGDATA" ]; then mv "$PGDATA" "$PGDATA.was-$(date +%Y%m%dT%H%M%S)"; fi
  rm -rf "$PGDATA.part"
  until gosu postgres pg_basebackup --dbname="$follow" --pgdata="$PGDATA.part" --wal-method=stream --checkpoint=fast; do
    rm -rf "$PGDATA.part"
    sleep 5
  done
  gosu postgres touch "$PGDATA.part/standby.signal"
  mv "$PGDATA.part" "$PGDATA"
fi
exec docker-entrypoint.sh postgres -c "hba_file=${folder}/pg_hba.conf" -c "primary_conninfo=$follow" \\
  -c "synchronous_standby_names=ANY 1 (*)" -c wal_keep_size=4GB -c max_wal_senders=10
`;
}

/**
 * What comes after the start: a replica that became the primary is promoted, and only the primary makes databases. It
 * must not wait for replicas: they cannot follow before their role is there.
 */
export const replicationSteps: readonly string[] = [
  'is_primary=no',
  'for address in $(hostname -I); do if [ "$address" = "$PRIMARY_ADDRESS" ]; then is_primary=yes; fi; done',
  'if [ $is_primary = no ]; then exit 0; fi',
  `psql -v ON_ERROR_STOP=1 -U postgres -Atc "SELECT CASE WHEN pg_is_in_recovery() THEN pg_promote() END"`,
  "export PGOPTIONS='-c synchronous_commit=local'",
  `psql -v ON_ERROR_STOP=1 -U postgres <<'SQL'`,
  '\\getenv password REPLICATION_PASSWORD',
  `SELECT 'CREATE ROLE replicator REPLICATION LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'replicator') \\gexec`,
  `ALTER ROLE replicator PASSWORD :'password';`,
  'SQL',
];
