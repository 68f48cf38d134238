import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import pg from 'pg';
import { grantRoles, openState, openQueue, roleKinds, roleName, storeStatus, withState } from '../../state/index.js';
import type { RoleMember, State, StateLocation } from '../../state/index.js';
import { storeTables } from '../../state/schema/store-tables.js';
import { advanceJob, createJobs } from '../../state/repositories/migration-jobs.js';
import { fillStore } from '../support/filled-store.js';
import { engineNames, opened, serverLocation, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

jest.setTimeout(180_000);

type Run = (statement: string) => Promise<string>;
const roles = roleKinds.map((kind) => roleName('a2o_test', kind));
const [readWrite, readOnly, control] = roles as [string, string, string];

const queueTables = [
  'job',
  'job_common',
  'job_dependency',
  'queue',
  'queue_stats',
  'schedule',
  'subscription',
  'warning',
];
const steered = {
  cutovers: ['fence', 'holder', 'lease_until', 'status', 'updated_at'],
  migration_job_totals: ['jobs'],
  migration_jobs: [
    'aws_job_id',
    'completed_at',
    'error_kind',
    'error_message',
    'failures',
    'fence',
    'last_sync_timestamp',
    'started_at',
    'status',
    'sync_mode',
  ],
  migration_outcomes: ['attempts', 'longest_seconds', 'seconds'],
  wave_machines: ['due_at', 'events', 'orders', 'updated_at'],
  'pgboss.job': ['completed_on', 'retry_limit', 'state'],
  'pgboss.job_common': ['completed_on', 'retry_limit', 'state'],
};
const everyStoreTable = [...storeTables].sort();
const everyQueueTable = queueTables.map((table) => `pgboss.${table}`);
const wholly = (tables: readonly string[]): Record<string, 'every column'> =>
  Object.fromEntries(tables.map((table) => [table, 'every column']));

const expected: Readonly<Record<string, Rights>> = {
  [readWrite]: {
    select: [...everyStoreTable, 'schema_migrations', ...everyQueueTable, 'pgboss.version'].sort(),
    insert: [...everyStoreTable, ...everyQueueTable].sort(),
    delete: [...everyStoreTable, ...everyQueueTable].sort(),
    update: {
      ...wholly([...everyStoreTable, ...everyQueueTable]),
      'pgboss.version': ['cron_on', 'flow_on', 'monitor_backoff_on'],
    },
    more: [],
  },
  [readOnly]: {
    select: [...everyStoreTable, 'schema_migrations'].sort(),
    insert: [],
    delete: [],
    update: {},
    more: [],
  },
  [control]: {
    select: [...everyStoreTable, 'schema_migrations', ...everyQueueTable, 'pgboss.version'].sort(),
    insert: [
      'audit_events',
      'cutover_events',
      'ended_sessions',
      'migration_job_events',
      'migration_job_totals',
      'migration_outcomes',
      'pgboss.job',
      'pgboss.job_common',
      'wave_events',
      'wave_orders',
    ],
    delete: ['ended_sessions'],
    update: steered,
    more: [],
  },
};

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let location: StateLocation;
  let state: State;
  let tables: readonly Table[];

  beforeAll(async () => {
    engine = await startEngine(name);
    location = await engine.fresh();
    state = await opened(location);
    await fillStore(state, { tables: 200 });
    expect(await grantRoles(state, { prefix: 'a2o_test', members: [] })).toEqual({ ok: true, value: roles });
    tables = await tablesOf(state);
  });
  afterAll(async () => {
    await state.close();
    await engine.stop();
  });

  /** The SQLSTATE of a statement in a transaction that is never committed; '' when it succeeds. */
  const as =
    (role: string): Run =>
    async (statement) => {
      let code = '';
      await state.db
        .transaction()
        .execute(async (db) => {
          await sql.raw(`SET LOCAL ROLE ${role}`).execute(db);
          code = await sql
            .raw(statement)
            .execute(db)
            .then(
              () => '',
              (error: unknown) => (error as { code: string }).code,
            );
          throw new Error('undo');
        })
        .catch(() => undefined);
      return code;
    };

  test.each(roles)('%s: every table, every verb', async (role) => {
    expect(await rightsOf(as(role), tables)).toEqual(expected[role]);
  });

  test('granting again revokes added privileges, and covers new tables', async () => {
    await sql.raw(`GRANT ALL ON assessments TO ${readOnly}`).execute(state.db);
    await sql.raw(`GRANT UPDATE (rows_copied) ON migration_jobs TO ${control}`).execute(state.db);
    await sql.raw(`GRANT CREATE ON SCHEMA public TO ${readOnly}`).execute(state.db);
    await sql.raw(`REVOKE SELECT ON tables FROM ${readOnly}`).execute(state.db);
    expect(await grantRoles(state, { prefix: 'a2o_test', members: [] })).toMatchObject({ ok: true });
    for (const role of [readOnly, control]) expect(await rightsOf(as(role), tables)).toEqual(expected[role]);
  });

  test('a member that does not exist is named, with the SQL that makes it', async () => {
    const members: RoleMember[] = [{ kind: 'read_only', login: 'no "body"' }];
    expect(await grantRoles(state, { prefix: 'a2o_test', members })).toMatchObject({
      ok: false,
      error: [{ code: 'no-such-login', fix: expect.stringContaining('CREATE ROLE "no ""body""" LOGIN') }],
    });
  });

  test('roles with two prefixes coexist, and have no other privileges', async () => {
    expect(await grantRoles(state, { prefix: 'a2o_other', members: [] })).toMatchObject({ ok: true });
    const { rows } = await sql<Record<string, unknown>>`
      SELECT rolname FROM pg_roles WHERE rolname LIKE 'a2o\\_%' AND NOT
        (rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)`.execute(state.db);
    expect(rows).toHaveLength(6);
  });
});

describe('as logins of a server', () => {
  let engine: StateEngine;
  let owner: StateLocation;
  let database: string;
  let url: (login: string) => string;
  const logins = { read_write: 'runner', read_only: 'Dash "board"', migration_control: 'admin' } as const;

  beforeAll(async () => {
    engine = await startEngine('server');
    owner = await engine.fresh();
    if (owner.engine !== 'server' || owner.database === undefined) throw new Error('no server');
    database = owner.database;
    url = (login) => engine.server?.url(database, { user: encodeURIComponent(login) }) ?? '';
    for (const login of [...Object.values(logins), 'nobody']) {
      await engine.server?.query('postgres', `CREATE ROLE ${pg.escapeIdentifier(login)} LOGIN`);
    }
    const state = await opened(owner);
    await fillStore(state, { tables: 200 });
    const members = roleKinds.map((kind) => ({ kind, login: logins[kind] }));
    expect(await grantRoles(state, { prefix: 'a2o_test', members })).toEqual({ ok: true, value: roles });
    await state.close();
  });
  afterAll(() => engine.stop());

  test.each(roleKinds)('%s: every table, every verb', async (kind) => {
    const state = await opened(owner);
    const tables = await tablesOf(state);
    await state.close();
    const client = new pg.Client({ connectionString: url(logins[kind]) });
    await client.connect();
    const rights = await rightsOf(async (statement) => {
      await client.query('BEGIN');
      const code = await client.query(statement).then(
        () => '',
        (error: unknown) => (error as { code: string }).code,
      );
      await client.query('ROLLBACK');
      return code;
    }, tables);
    await client.end();
    expect(rights).toEqual(expected[roleName('a2o_test', kind)]);
  });

  test('each opens the store for what it may do', async () => {
    for (const [kind, access] of [
      ['read_only', 'read'],
      ['migration_control', 'read'],
      ['read_write', 'write'],
    ] as const) {
      const found = await withState(serverLocation(url(logins[kind])), { access, purpose: 'test' }, async ({ db }) =>
        db.selectFrom('assessments').select('region').execute(),
      );
      expect(found).toEqual({ ok: true, value: [{ region: 'eu-central-1' }] });
    }
  });

  test('a role that may not write gets the missing privilege and a fix', async () => {
    const written = await withState(
      serverLocation(url(logins.read_only)),
      { access: 'write', purpose: 'test' },
      async ({ db }) => db.deleteFrom('assessments').execute(),
    );
    expect(written).toMatchObject({
      ok: false,
      error: [
        {
          code: 'database-42501',
          message: 'The role in DATABASE_URL lacks a privilege (permission denied for table assessments).',
          fix: expect.stringContaining('aws2openstack state grant'),
        },
      ],
    });
  });

  test('a login without any role gets an error that says so', async () => {
    expect(
      await withState(serverLocation(url('nobody')), { access: 'read', purpose: 'test' }, () => Promise.resolve(1)),
    ).toMatchObject({
      ok: false,
      error: [{ code: 'database-42501', message: expect.stringContaining('schema_migrations') }],
    });
  });

  test('a read-only login sees the status, the queue left out', async () => {
    expect(await storeStatus(serverLocation(url(logins.read_only)), 'test')).toMatchObject({
      ok: true,
      value: { user: logins.read_only, rows: { tables: 200 }, queues: null, schema: { pending: [] } },
    });
    expect(await storeStatus(serverLocation(url(logins.migration_control)), 'test')).toMatchObject({
      ok: true,
      value: { queues: { copy: { created: 1, retry: 1, active: 1, completed: 1, cancelled: 1, failed: 1 } } },
    });
    // It may not even ask which migrations there are.
    expect(await storeStatus(serverLocation(url('nobody')), 'test')).toMatchObject({
      ok: false,
      error: [{ code: 'database-42501' }],
    });
  });

  test('only the owner of the tables may grant; others get a fix with --print', async () => {
    const server = engine.server;
    await server?.query('postgres', 'CREATE ROLE maker LOGIN CREATEROLE');
    await server?.query('postgres', 'CREATE ROLE plain LOGIN');
    const refusals = [];
    for (const login of ['maker', 'plain', logins.read_only]) {
      const opening = await openState(serverLocation(url(login)), { access: 'maintain', purpose: 'test' });
      if (!opening.ok) throw new Error('not opened');
      refusals.push(await grantRoles(opening.value, { prefix: 'a2o_new', members: [] }));
      await opening.value.close();
    }
    for (const refusal of refusals)
      expect(refusal).toMatchObject({
        ok: false,
        error: [{ code: 'may-not-grant', fix: expect.stringContaining('--print') }],
      });

    // An owner without CREATEROLE.
    await server?.query('postgres', 'CREATE DATABASE owned OWNER plain');
    const owned = await opened(serverLocation(server?.url('owned', { user: 'plain' }) ?? ''));
    expect(await grantRoles(owned, { prefix: 'a2o_new', members: [] })).toMatchObject({
      ok: false,
      error: [{ code: 'may-not-grant', message: expect.stringContaining('permission denied to create role') }],
    });
    // And with it, without being a superuser.
    await server?.query('postgres', 'ALTER ROLE plain CREATEROLE');
    expect(
      await grantRoles(owned, { prefix: 'a2o_new', members: [{ kind: 'read_only', login: 'nobody' }] }),
    ).toMatchObject({ ok: true });
    await owned.close();
    expect(
      await withState(
        serverLocation(server?.url('owned', { user: 'nobody' }) ?? ''),
        { access: 'read', purpose: 'test' },
        async ({ db }) => db.selectFrom('tables').selectAll().execute(),
      ),
    ).toEqual({ ok: true, value: [] });
  });

  test('migration control cancels and retries a migration, and makes none', async () => {
    const table = '00000000-0000-4000-8004-000000000002';
    const [assessment] = (await engine.server?.query(database, 'SELECT id FROM assessments')) ?? [];
    const assessmentId = String(assessment?.['id']);
    const worker = await opened(serverLocation(url(logins.read_write)));
    const jobs = { assessmentId, tableIds: [table], jobType: 'COPY' } as const;
    const [job] = await createJobs(worker, jobs);
    await worker.close();
    const id = job?.id ?? '';
    const admin = await opened(serverLocation(url(logins.migration_control)), 'read');
    const cancelled = await advanceJob(admin, { id, status: 'PENDING', fence: 0 }, { to: 'CANCELLED' });
    expect(cancelled).toMatchObject({ ok: true, value: { status: 'CANCELLED', fence: 1 } });
    const again = await advanceJob(admin, { id, status: 'CANCELLED', fence: 1 }, { to: 'PENDING' });
    expect(again).toMatchObject({ ok: true, value: { status: 'PENDING', completed_at: null } });
    await expect(createJobs(admin, { ...jobs, jobType: 'DMS' })).rejects.toMatchObject({ code: '42501' });
    await admin.close();
  });

  test('migration control sends, cancels, resumes and retries jobs, and does nothing else to the queue', async () => {
    const state = await opened(serverLocation(url(logins.migration_control)), 'read');
    const problems: Error[] = [];
    const queue = await openQueue(state, { supervise: false, onProblem: (problem) => problems.push(problem) });
    const id = (await queue.send('copy', { table: 1 })) ?? '';
    await queue.cancel('copy', id);
    expect(await queue.findJobs('copy', { id })).toMatchObject([{ state: 'cancelled' }]);
    await queue.resume('copy', id);
    expect(await queue.findJobs('copy', { id })).toMatchObject([{ state: 'created' }]);
    const [failed] = await sql<{ id: string }>`
      SELECT id FROM pgboss.job WHERE name = 'copy' AND state = 'failed'`
      .execute(state.db)
      .then(({ rows }) => rows);
    await queue.retry('copy', failed?.id ?? '');
    expect(await queue.findJobs('copy', { id: failed?.id ?? '' })).toMatchObject([{ state: 'retry' }]);
    for (const refused of [
      () => queue.fetch('copy'),
      () => queue.complete('copy', id),
      () => queue.fail('copy', id),
      () => queue.deleteJob('copy', id),
      () => queue.createQueue('other'),
      () => queue.deleteQueue('copy'),
      () => queue.deleteAllJobs('copy'),
    ])
      await expect(refused()).rejects.toMatchObject({ code: '42501' });
    await queue.stop({ graceful: false });
    await state.close();
    expect(problems).toEqual([]);
  });
});

interface Table {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly isGenerated: boolean }[];
}

interface Rights {
  readonly select: readonly string[];
  readonly insert: readonly string[];
  readonly delete: readonly string[];
  /** By table. */
  readonly update: Readonly<Record<string, readonly string[] | 'every column'>>;
  /** Statements that nobody but the owner may run, and that succeeded. */
  readonly more: readonly string[];
}

/** Every table of both schemas, of the catalog. */
async function tablesOf({ db }: State): Promise<readonly Table[]> {
  const { rows } = await sql<Table>`
    SELECT CASE nspname WHEN 'public' THEN '' ELSE nspname || '.' END || relname AS name,
      json_agg(json_build_object('name', quote_ident(attname), 'isGenerated', attgenerated <> '') ORDER BY attname) AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_attribute ON attrelid = c.oid
    WHERE nspname IN ('public', 'pgboss') AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
    GROUP BY 1 ORDER BY 1`.execute(db);
  return rows;
}

async function rightsOf(run: Run, tables: readonly Table[]): Promise<Rights> {
  // Any other answer means that the right was there, such as that a value is missing.
  const may = async (statement: string): Promise<boolean> => {
    const code = await run(statement);
    if (code !== '' && code !== '42501' && !code.startsWith('23')) throw new Error(`${statement}: ${code}`);
    return code !== '42501';
  };
  const which = async (statement: (table: string) => string): Promise<string[]> => {
    const found: string[] = [];
    for (const { name } of tables) if (await may(statement(name))) found.push(name);
    return found.sort();
  };
  const update: Record<string, string[] | 'every column'> = {};
  for (const { name, columns } of tables) {
    const found: string[] = [];
    for (const { name: column, isGenerated } of columns)
      if (await may(`UPDATE ${name} SET ${column} = ${isGenerated ? 'DEFAULT' : 'NULL'} WHERE false`))
        found.push(column);
    if (found.length > 0) update[name] = found.length === columns.length ? 'every column' : found;
  }
  const ownersOnly = [
    ...tables.flatMap(({ name }) => [
      `TRUNCATE ${name} CASCADE`,
      `ALTER TABLE ${name} ADD COLUMN extra integer`,
      `DROP TABLE ${name} CASCADE`,
      `CREATE INDEX ON ${name} ((1))`,
      `CREATE TRIGGER extra AFTER INSERT ON ${name} FOR EACH STATEMENT EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
    ]),
    'CREATE TABLE extra (i integer)',
    'CREATE TEMPORARY TABLE extra (i integer)',
    'CREATE VIEW extra AS SELECT 1',
    "CREATE FUNCTION extra() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    'CREATE TABLE pgboss.extra (i integer)',
    'CREATE SCHEMA extra',
    'CREATE ROLE extra',
    'DROP SCHEMA pgboss CASCADE',
    `SELECT pgboss.create_queue('extra', '{"policy": "standard", "partition": true}')`,
    "SELECT pg_read_file('/etc/passwd')",
    "COPY (SELECT 1) TO PROGRAM 'true'",
  ];
  const more: string[] = [];
  for (const statement of ownersOnly) {
    const code = await run(statement);
    if (code === '') more.push(statement);
  }
  return {
    select: await which((table) => `SELECT count(*) FROM ${table}`),
    insert: await which((table) => `INSERT INTO ${table} DEFAULT VALUES`),
    delete: await which((table) => `DELETE FROM ${table} WHERE false`),
    update,
    more,
  };
}
