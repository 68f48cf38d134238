import { authorityMount } from '../authority/index.js';

/**
 * Gives the server the role that the bundle gives it. The server with the address PRIMARY_ADDRESS is the primary; the
 * others copy and follow it. A data folder that does not follow a primary belonged to one: it is moved aside, never
 * deleted. Each verifies that the primary has a certificate of the lakehouse for its name.
 * Source: PostgreSQL 15 documentation, 'Log-Shipping Standby Servers'.
 */
export const followPrimary = `is_primary=no
for address in $(hostname -I); do
  if [ "$address" = "$PRIMARY_ADDRESS" ]; then is_primary=yes; fi
done
passfile=/var/run/postgresql/replication.pgpass
install --owner=postgres --mode=600 /dev/null "$passfile"
echo "*:*:*:replicator:$REPLICATION_PASSWORD" > "$passfile"
follow="host=$PRIMARY_HOST hostaddr=$PRIMARY_ADDRESS sslmode=verify-full sslrootcert=${authorityMount}"
follow="$follow user=replicator passfile=$passfile application_name=$(hostname | tr -c 'a-z0-9\\n' _)"
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
`;

/** A commit is confirmed once one replica has it, so that a promoted replica has all confirmed commits. */
export const replicationSettings: readonly string[] = [
  '"primary_conninfo=$follow"',
  '"synchronous_standby_names=ANY 1 (*)"',
  'wal_keep_size=4GB',
  'max_wal_senders=10',
];

/**
 * Runs after the start: promotes a replica that became the primary, and creates databases only on the primary. It must
 * not wait for replicas, which cannot follow before their role exists.
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
