import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Diagnostic } from '../../core/diagnostic.js';
import { migrateStore, parseDatabaseUrl, withState } from '../../state/index.js';
import type { Access, StateLocation } from '../../state/index.js';
import { knownMigrations } from '../../state/schema-versions/migrate.js';
import { freePort, startPostgres } from '../support/postgres-server.js';
import type { PostgresServer } from '../support/postgres-server.js';
import { command } from '../support/processes.js';
import { opened, serverLocation, startEngine } from '../support/state-engines.js';

jest.setTimeout(300_000);

/** Waits for `state migrate` in its own process. */
const migrating = (env: Record<string, string>): ChildProcess =>
  spawn(process.execPath, [command, 'state', 'migrate'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

let folder: string;
let server: PostgresServer;
let authority: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-migrate-'));
  authority = makeCertificates(folder);
  const rules = [
    'local all all trust',
    'host all secret 127.0.0.1/32 scram-sha-256',
    'hostnossl all encrypted 127.0.0.1/32 reject',
    'host all all 127.0.0.1/32 trust',
  ];
  writeFileSync(join(folder, 'pg_hba.conf'), `${rules.join('\n')}\n`);
  server = await startPostgres([
    'fsync=off',
    'max_connections=60',
    `hba_file=${join(folder, 'pg_hba.conf')}`,
    'ssl=on',
    `ssl_cert_file=${join(folder, 'server.crt')}`,
    `ssl_key_file=${join(folder, 'server.key')}`,
  ]);
  await server.query('postgres', "CREATE ROLE secret LOGIN PASSWORD 'right'; CREATE ROLE encrypted LOGIN");
  await server.query('postgres', 'CREATE ROLE guest LOGIN');
  await migrateStore(await created('once'), 'test');
});
afterAll(async () => {
  await server.stop();
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true });
});

async function created(name: string): Promise<StateLocation> {
  await server.query('postgres', `CREATE DATABASE ${name}`);
  return serverLocation(server.url(name));
}

describe('migrating', () => {
  test('says what it applied, and the second time nothing', async () => {
    const location = await created('first');
    expect(await migrateStore(location, 'test')).toEqual({
      ok: true,
      value: { applied: knownMigrations(), before: [] },
    });
    expect(await migrateStore(location, 'test')).toEqual({
      ok: true,
      value: { applied: [], before: knownMigrations() },
    });
  });

  test('twenty processes at once: all succeed, and the schema is that of one', async () => {
    await created('twenty');
    const children = Array.from({ length: 20 }, () => migrating({ DATABASE_URL: server.url('twenty') }));
    const ended = await Promise.all(children.map(outcome));
    expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(ended.map(() => ({ code: 0, stderr: '' })));
    expect(ended.filter(({ stdout }) => stdout.includes('applied')).length).toBe(1);
    expect(await schemaOf('twenty')).toEqual(await schemaOf('once'));
  });

  test('one that is killed half-way leaves the old version, and the next succeeds', async () => {
    await created('killed');
    // Another transaction makes a table of the last name: creating it waits until that one ends.
    const other = await opened(serverLocation(server.url('killed')), 'maintain');
    const child = migrating({ DATABASE_URL: server.url('killed') });
    await other.db
      .transaction()
      .execute(async (db) => {
        await sql`CREATE TABLE validation_results (i integer)`.execute(db);
        await until(
          async () =>
            (await server.query('killed', "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'")).length > 0,
        );
        child.kill('SIGKILL');
        await until(
          async () =>
            (
              await server.query(
                'killed',
                "SELECT FROM pg_stat_activity WHERE application_name = 'aws2openstack' AND wait_event_type = 'Lock'",
              )
            ).length === 0 || (await terminate()),
        );
        throw new Error('undo');
      })
      .catch((error: unknown) => {
        if (!(error instanceof Error && error.message === 'undo')) throw error;
      });
    await other.close();
    expect(await server.query('killed', "SELECT to_regclass('assessments') AS found")).toEqual([{ found: null }]);
    expect(await migrateStore(serverLocation(server.url('killed')), 'test')).toMatchObject({
      ok: true,
      value: { applied: knownMigrations() },
    });
    expect(await schemaOf('killed')).toEqual(await schemaOf('once'));
  });

  test('an embedded store whose creation is killed at any point is created by the next process', async () => {
    for (const [round, milliseconds] of [1500, 4000, 7000].entries()) {
      const store = join(folder, `embedded-${round}`, 'state');
      const child = migrating({ A2O_STATE_DIR: store, DATABASE_URL: '' });
      const ending = outcome(child);
      await delay(milliseconds);
      child.kill('SIGKILL');
      await ending;
      const migrated = await migrateStore({ engine: 'embedded', folder: store }, 'test');
      expect(migrated).toMatchObject({ ok: true });
      expect(readdirSync(join(store, '..'))).toEqual(['state']);
    }
  });

  test('a store that a newer version has changed is left alone', async () => {
    const location = await created('newer');
    await migrateStore(location, 'test');
    await server.query('newer', "INSERT INTO schema_migrations VALUES ('9999-later', now()::text)");
    const newer = [{ code: 'newer-store', message: expect.stringContaining('9999-later') }];
    expect(await migrateStore(location, 'test')).toMatchObject({ ok: false, error: newer });
    for (const access of ['read', 'write'] as const)
      expect(await failureOf(location, access)).toMatchObject(newer[0] ?? {});
  });

  test('a server store that is older is changed by migrate only', async () => {
    const location = await created('older');
    await migrateStore(location, 'test');
    await server.query(
      'older',
      "DELETE FROM schema_migrations WHERE name = '0001-initial'; INSERT INTO schema_migrations VALUES ('0000-zero', now()::text)",
    );
    expect(await failureOf(location, 'write')).toMatchObject({ code: 'newer-store' });
    await server.query('older', 'DELETE FROM schema_migrations; CREATE TABLE extra (i integer)');
    // Nothing is recorded: it is taken for an empty database, which holds tables by those names.
    expect(await failureOf(location, 'write')).toMatchObject({
      code: 'database-42p07',
      fix: 'Set DATABASE_URL to a separate database for the store (`createdb NAME`).',
    });
  });

  test('reading makes nothing', async () => {
    expect(await failureOf(await created('unmade'), 'read')).toMatchObject({ code: 'store-not-migrated' });
    const store = join(folder, 'unmade', 'state');
    expect(await failureOf({ engine: 'embedded', folder: store }, 'read')).toMatchObject({
      code: 'store-not-migrated',
    });
    expect(existsSync(join(folder, 'unmade'))).toBe(false);
  });
});

describe('failures of a server are described', () => {
  const at = (
    parameters: string,
    user = 'postgres',
    host = '127.0.0.1',
    port = server.port,
    database = 'once',
  ): StateLocation => serverLocation(`postgresql://${user}@${host}:${port}/${database}${parameters}`);

  test('no server listens', async () => {
    expect(await failureOf(at('', 'postgres', '127.0.0.1', await freePort()))).toMatchObject({
      code: 'database-econnrefused',
      message: expect.stringMatching(/^The database cannot be reached \(.*ECONNREFUSED/),
      fix: 'Start the server, or correct the host and port in DATABASE_URL.',
    });
  });

  test('the host does not exist', async () => {
    expect(await failureOf(at('?sslmode=disable', 'postgres', 'nowhere.invalid'))).toMatchObject({
      code: expect.stringMatching(/^database-(enotfound|eai_again)$/),
      message: expect.stringContaining('cannot be reached'),
    });
  });

  test('the host does not answer', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    expect(await failureOf(at('?connect_timeout=1', 'postgres', '127.0.0.1', address.port))).toMatchObject({
      code: 'database-unreachable',
      fix: expect.stringContaining('connect_timeout'),
    });
    silent.close();
  });

  test('something else answers', async () => {
    const other = createServer((socket) => socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    expect((await failureOf(at('?connect_timeout=2', 'postgres', '127.0.0.1', address.port))).code).toMatch(
      /^database-/,
    );
    other.close();
  });

  test('a wrong password, and none', async () => {
    expect(await failureOf(at('', 'secret:wrong'))).toMatchObject({
      code: 'database-28p01',
      fix: expect.stringContaining('PGPASSWORD'),
    });
    expect(await failureOf(at('', 'secret'))).toMatchObject({
      code: 'database-sign-in',
      fix: expect.stringContaining('PGPASSWORD'),
    });
    expect(
      await withState(
        at('', 'secret:right', '127.0.0.1', server.port, 'postgres'),
        { access: 'maintain', purpose: 'test' },
        () => Promise.resolve(7),
      ),
    ).toEqual({ ok: true, value: 7 });
  });

  test('no such database, no such role', async () => {
    expect(await failureOf(at('', 'postgres', '127.0.0.1', server.port, 'none'))).toMatchObject({
      code: 'database-3d000',
      fix: expect.stringContaining('createdb'),
    });
    expect(await failureOf(at('', 'nobody'))).toMatchObject({ code: 'database-28000' });
  });

  test('the server wants TLS', async () => {
    expect(await failureOf(at('?sslmode=disable', 'encrypted'))).toMatchObject({
      code: 'database-28000',
      fix: expect.stringContaining('TLS'),
    });
    expect(await failureOf(at(`?sslmode=require&sslrootcert=${authority}`, 'encrypted'))).toMatchObject({
      code: 'database-42501',
    });
  });

  test('the server speaks no TLS', async () => {
    const plain = await startPostgres(['fsync=off']);
    expect(await failureOf(at('?sslmode=require', 'postgres', '127.0.0.1', plain.port))).toMatchObject({
      code: 'database-tls',
      message: 'The server does not support TLS.',
    });
    await plain.stop();
  });

  test('TLS modes verify what they promise', async () => {
    const ca = `sslrootcert=${authority}`;
    const accepted = async (parameters: string, host: string): Promise<string> => {
      const state = await withState(
        at(parameters, 'postgres', host),
        { access: 'read', purpose: 'test' },
        async ({ db }) =>
          (await sql<{ ssl: boolean }>`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`.execute(db)).rows[0]
            ?.ssl,
      );
      return state.ok ? `TLS ${String(state.value)}` : state.error.map(({ code }) => code).join();
    };
    // The certificate is for localhost.
    expect(await accepted('', '127.0.0.1')).toBe('TLS false');
    expect(await accepted('?sslmode=disable', 'localhost')).toBe('TLS false');
    expect(await accepted('?sslmode=require', '127.0.0.1')).toBe('database-tls');
    expect(await accepted(`?sslmode=require&${ca}`, '127.0.0.1')).toBe('TLS true');
    expect(await accepted('?sslmode=verify-ca', '127.0.0.1')).toBe('database-tls');
    expect(await accepted('?sslmode=verify-full', 'localhost')).toBe('database-tls');
    expect(await accepted(`?sslmode=verify-ca&${ca}`, '127.0.0.1')).toBe('TLS true');
    expect(await accepted(`?sslmode=verify-full&${ca}`, '127.0.0.1')).toBe('database-tls');
    expect(await accepted(`?sslmode=verify-full&${ca}`, 'localhost')).toBe('TLS true');
    expect(await accepted(`?sslmode=require&sslrootcert=${join(folder, 'other.crt')}`, 'localhost')).toBe(
      'database-tls',
    );
    expect(await failureOf(at('?sslmode=verify-ca'))).toMatchObject({
      message: expect.stringContaining('is not trusted'),
      fix: expect.stringContaining('sslrootcert'),
    });
    expect(await failureOf(at(`?sslmode=verify-full&${ca}`))).toMatchObject({
      message: expect.stringContaining('is for another name'),
      fix: expect.stringContaining('the name in the certificate'),
    });
  });

  test('a statement that takes too long', async () => {
    const slow = await withState(at('?statement_timeout=1'), { access: 'read', purpose: 'test' }, async ({ db }) =>
      sql`SELECT pg_sleep(20)`.execute(db),
    );
    expect(slow).toMatchObject({
      ok: false,
      error: [{ code: 'database-57014', fix: expect.stringContaining('statement_timeout') }],
    });
  });

  test('the server ends the connection, or takes no more', async () => {
    const gone = await withState(at(''), { access: 'read', purpose: 'test' }, async ({ db }) => {
      const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(db);
      setTimeout(() => void server.query('postgres', `SELECT pg_terminate_backend(${rows[0]?.pid ?? 0})`), 100);
      await sql`SELECT pg_sleep(20)`.execute(db);
    });
    expect(gone).toMatchObject({ ok: false, error: [{ code: expect.stringMatching(/^database-(57p01|gone)$/) }] });
    await server.query('postgres', 'ALTER DATABASE once CONNECTION LIMIT 0');
    expect(await failureOf(at('', 'guest'))).toMatchObject({
      code: 'database-53300',
      fix: expect.stringContaining('pool_max_conns'),
    });
    await server.query('postgres', 'ALTER DATABASE once CONNECTION LIMIT -1');
  });

  test('a database that may only be read', async () => {
    await server.query(
      'postgres',
      'ALTER ROLE guest SUPERUSER; ALTER ROLE guest SET default_transaction_read_only = on',
    );
    const written = await withState(at('', 'guest'), { access: 'write', purpose: 'test' }, async ({ db }) =>
      db.deleteFrom('assessments').execute(),
    );
    expect(written).toMatchObject({ ok: false, error: [{ code: 'database-25006' }] });
  });

  test('no message holds a password', async () => {
    for (const url of [
      'postgresql://secret:hunter2@127.0.0.1:1/x',
      `postgresql://secret:hunter2@127.0.0.1:${server.port}/once`,
    ]) {
      expect(JSON.stringify(await failureOf(serverLocation(url)))).not.toContain('hunter2');
    }
    expect(
      JSON.stringify(parseDatabaseUrl('postgresql://secret:hunter2@127.0.0.1/x?sslmode=maybe&nonsense=1')),
    ).not.toContain('hunter2');
    expect(JSON.stringify(parseDatabaseUrl('postgres//secret:hunter2@'))).not.toContain('hunter2');
  });
});

describe('failures of the embedded store are described', () => {
  test('its folder cannot be written', async () => {
    expect(await failureOf({ engine: 'embedded', folder: '/proc/state' })).toMatchObject({
      code: expect.stringMatching(/^database-(enoent|eacces)$/),
    });
    writeFileSync(join(folder, 'a-file'), '');
    expect(await failureOf({ engine: 'embedded', folder: join(folder, 'a-file', 'state') })).toMatchObject({
      code: 'database-enotdir',
    });
  });

  test('its folder holds something else', async () => {
    const store = join(folder, 'else', 'state');
    mkdirSync(store, { recursive: true });
    writeFileSync(join(store, 'letter.txt'), 'dear');
    expect(await failureOf({ engine: 'embedded', folder: store })).toMatchObject({
      code: 'not-a-store',
      fix: expect.stringContaining('A2O_STATE_DIR'),
    });
    expect(readdirSync(store)).toEqual(['letter.txt']);
  });

  test('its folder stays where it is, as a mount point must; a link to it is the same store', async () => {
    const store = join(folder, 'mounted');
    mkdirSync(store);
    const { ino } = statSync(store);
    const link = join(folder, 'link');
    symlinkSync(store, link);
    const location = (path: string): StateLocation => ({ engine: 'embedded', folder: path });
    const options = { access: 'write', purpose: 'test' } as const;
    const second = await withState(location(link), options, () =>
      withState(location(store), options, () => Promise.resolve()),
    );
    expect(second).toMatchObject({ ok: true, value: { ok: false, error: [{ code: 'store-in-use' }] } });
    expect([statSync(store).ino, existsSync(join(store, 'PG_VERSION'))]).toEqual([ino, true]);
  });

  test('a store that was being made when its process was killed is made anew', async () => {
    const store = join(folder, 'half');
    mkdirSync(join(store, '.a2o-making', 'store'), { recursive: true });
    writeFileSync(join(store, 'PG_VERSION'), '17');
    expect(
      await withState({ engine: 'embedded', folder: store }, { access: 'write', purpose: 'test' }, () =>
        Promise.resolve(1),
      ),
    ).toEqual({
      ok: true,
      value: 1,
    });
    expect(existsSync(join(store, '.a2o-making'))).toBe(false);
  });

  test('its files are damaged', async () => {
    const engine = await startEngine('embedded');
    const location = await engine.fresh();
    if (location.engine !== 'embedded') throw new Error('not embedded');
    const { folder: store } = location;
    truncateSync(join(store, 'global', 'pg_control'), 100);
    expect(await failureOf({ engine: 'embedded', folder: store })).toMatchObject({
      code: 'store-damaged',
      fix: expect.stringContaining('aws2openstack state export'),
    });
    // The folder is free again.
    expect(existsSync(join(store, '.a2o-lock'))).toBe(false);
    await engine.stop();
  });
});

async function failureOf(location: StateLocation, access: Access = 'write'): Promise<Diagnostic> {
  const outcomeOfOpening = await withState(location, { access, purpose: 'test' }, () => Promise.resolve());
  if (outcomeOfOpening.ok) throw new Error('it succeeded');
  expect(outcomeOfOpening.error).toHaveLength(1);
  const [diagnostic] = outcomeOfOpening.error;
  if (diagnostic === undefined) throw new Error('none');
  expect(diagnostic.message).not.toBe('');
  return diagnostic;
}

/** Everything that makes up both schemas, as the catalog prints it. */
async function schemaOf(database: string): Promise<readonly unknown[]> {
  const rows = await server.query(
    database,
    `SELECT 'column' AS kind, attrelid::regclass || '.' || attname AS name, format_type(atttypid, atttypmod) || attnotnull ||
        coalesce(pg_get_expr(adbin, adrelid), '') AS text
      FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef d ON adrelid = c.oid AND adnum = attnum
      WHERE relnamespace IN ('public'::regnamespace, 'pgboss'::regnamespace) AND relkind IN ('r', 'p') AND attnum > 0
     UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname IN ('public', 'pgboss')
     UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint
      WHERE connamespace IN ('public'::regnamespace, 'pgboss'::regnamespace)
     UNION ALL SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace IN ('public'::regnamespace, 'pgboss'::regnamespace)
     UNION ALL SELECT 'migration', name, '' FROM schema_migrations
     UNION ALL SELECT 'queue', '', version::text FROM pgboss.version
     ORDER BY 1, 2, 3`,
  );
  expect(rows.length).toBeGreaterThan(200);
  return rows;
}

async function terminate(): Promise<boolean> {
  // The server notices a client that is gone when it next writes to it, which a waiting one does not.
  await server.query('killed', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
  return false;
}

async function outcome(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (await holds()) return;
    await delay(100);
  }
  throw new Error('it did not happen in 60 s');
}

/** An authority, a server's certificate for localhost, and one of another authority. Returns the authority's path. */
function makeCertificates(into: string): string {
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: into, stdio: 'ignore' });
  };
  for (const name of ['authority', 'other'])
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
    );
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost',
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
  );
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'authority.crt',
    '-CAkey',
    'authority.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-copy_extensions',
    'copy',
    '-out',
    'server.crt',
  );
  chmodSync(join(into, 'server.key'), 0o600);
  chmodSync(into, 0o755);
  // The server runs as nobody when the test runs as root.
  if (process.getuid?.() === 0) chownSync(join(into, 'server.key'), 65_534, 65_534);
  return join(into, 'authority.crt');
}
