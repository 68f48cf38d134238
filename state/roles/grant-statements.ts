import { identifier } from '../../core/sql-text.js';
import { storeTables } from '../schema/store-tables.js';
import { roleKinds, roleName } from './role-names.js';
import type { RoleKind } from './role-names.js';

export interface RoleMember {
  readonly kind: RoleKind;
  /** An existing role that may log in. */
  readonly login: string;
}

/**
 * The columns that change when a migration is paused, resumed, cancelled or retried, and when a step of a cutover is
 * approved, or a machine of a wave is given an order; workers write the others.
 */
const steeringColumns = {
  migration_jobs: [
    'status',
    'sync_mode',
    'fence',
    'started_at',
    'completed_at',
    'last_sync_timestamp',
    'aws_job_id',
    'error_message',
    'error_kind',
    'failures',
  ],
  // Totals of the changed jobs.
  migration_job_totals: ['jobs'],
  migration_outcomes: ['attempts', 'seconds', 'longest_seconds'],
  // The holder of a cutover.
  cutovers: ['status', 'fence', 'holder', 'lease_until', 'updated_at'],
  // What is changed with an order: a worker goes on with the machine at once.
  wave_machines: ['orders', 'events', 'due_at', 'updated_at'],
} as const;

/** The tables that pg-boss reads and writes in normal operation; others are for its owner. Source: pg-boss 12.35, `plans.ts`. */
const queueTables = [
  'job',
  'job_common',
  'job_dependency',
  'queue',
  'schedule',
  'subscription',
  'warning',
  'queue_stats',
];
/** Columns by which workers take turns. */
const queueTurns = ['cron_on', 'flow_on', 'monitor_backoff_on'];
/** The columns that cancelling, resuming and retrying a job change. */
const queueSteeringColumns = ['state', 'completed_on', 'retry_limit'];

/**
 * All privileges as SQL, to be run in one transaction by the owner of the tables. When run again, it revokes other
 * privileges of the roles, and covers what a migration added. Does not create logins or set passwords.
 */
export function grantStatements(prefix: string, members: readonly RoleMember[]): readonly string[] {
  const [readWrite, readOnly, control] = roleKinds.map((kind) => roleName(prefix, kind)) as [string, string, string];
  const everybody = [readWrite, readOnly, control].join(', ');
  const store = storeTables.join(', ');
  const queue = queueTables.map((table) => `pgboss.${table}`).join(', ');
  return [
    // Concurrent grants would conflict.
    "DO $$ BEGIN PERFORM pg_advisory_xact_lock(hashtext('aws2openstack state grant')); END $$",
    ...[readWrite, readOnly, control].map(createRole),
    onDatabase(`REVOKE TEMPORARY ON DATABASE %1$I FROM PUBLIC, ${everybody}`),
    onDatabase(`GRANT CONNECT ON DATABASE %1$I TO ${everybody}`),
    onDatabase('REVOKE CREATE ON SCHEMA %2$I FROM PUBLIC'),
    onDatabase(`REVOKE ALL ON SCHEMA %2$I FROM ${everybody}`),
    onDatabase(`GRANT USAGE ON SCHEMA %2$I TO ${everybody}`),
    `REVOKE ALL ON ${store}, schema_migrations, schema_migrations_lock FROM PUBLIC, ${everybody}`,
    `REVOKE ALL ON SCHEMA pgboss FROM PUBLIC, ${everybody}`,
    `REVOKE ALL ON ${queue}, pgboss.version, pgboss.bam FROM PUBLIC, ${everybody}`,

    `GRANT SELECT ON schema_migrations TO ${everybody}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ${store} TO ${readWrite}`,
    `GRANT SELECT ON ${store} TO ${readOnly}, ${control}`,
    ...Object.entries(steeringColumns).map(
      ([table, columns]) => `GRANT UPDATE (${columns.join(', ')}) ON ${table} TO ${control}`,
    ),
    `GRANT INSERT ON migration_job_totals, migration_outcomes, migration_job_events, cutover_events, audit_events, wave_orders, wave_events TO ${control}`,
    // The dashboard's: signing out.
    `GRANT INSERT, DELETE ON ended_sessions TO ${control}`,

    `GRANT USAGE ON SCHEMA pgboss TO ${readWrite}, ${control}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON ${queue} TO ${readWrite}`,
    `GRANT SELECT ON pgboss.version TO ${readWrite}, ${control}`,
    `GRANT UPDATE (${queueTurns.join(', ')}) ON pgboss.version TO ${readWrite}`,
    `GRANT SELECT ON ${queue} TO ${control}`,
    `GRANT INSERT, UPDATE (${queueSteeringColumns.join(', ')}) ON pgboss.job, pgboss.job_common TO ${control}`,

    ...members.map(({ kind, login }) => `GRANT ${roleName(prefix, kind)} TO ${identifier(login)}`),
  ];
}

function createRole(name: string): string {
  return `DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN CREATE ROLE ${name} NOLOGIN; END IF;
END $$`;
}

/** `%1$I` is the database and `%2$I` the schema that this is run in. */
function onDatabase(statement: string): string {
  return `DO $do$ BEGIN EXECUTE format('${statement}', current_database(), current_schema()); END $do$`;
}
