import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { renderCreateDatabases } from '../../../constructs/postgresql/render-create-databases.js';
import { renderHba } from '../../../constructs/postgresql/render-hba.js';
import { replicationSteps } from '../../../constructs/postgresql/render-replication.js';
import { renderStart } from '../../../constructs/postgresql/render-start.js';
import { issueCertificate } from '../../support/issue-certificate.js';
import { freePort } from '../../support/postgres-server.js';
import { runnerProgram } from '../../support/runner-program.js';

/**
 * The scripts of three databases, run by three real servers on three loopback addresses. In place of the image are
 * its entry point and `gosu`, in their simplest form.
 */
const run = promisify(execFile);
const launcher = join(import.meta.dirname, '..', '..', '..', 'cli', 'aws2openstack.mjs');
const nobody = 65_534;
const databases = [2, 3, 4].map((number) => `127.0.0.${number}`);
const [first = '', second = '', third = ''] = databases;
const folder = mkdtempSync(join(tmpdir(), 'a2o-replication-'));
const servers = new Map<string, ChildProcess>();
let port = 0;

beforeAll(async () => {
  port = await freePort();
  chmodSync(folder, 0o755);
  const drop = process.getuid?.() === 0 ? `setpriv --reuid=${nobody} --regid=${nobody} --clear-groups` : '';
  const stubs = {
    gosu: `shift; exec ${drop} "$@"`,
    hostname: 'if [ "${1:-}" = -I ]; then echo "$NODE_ADDRESS"; else echo "node-$NODE_ADDRESS"; fi',
    'docker-entrypoint.sh': [
      'shift',
      'if [ ! -f "$PGDATA/PG_VERSION" ]; then gosu postgres initdb -D "$PGDATA" -U postgres -A trust --no-sync >/dev/null; fi',
      'exec gosu postgres postgres -D "$PGDATA" -c listen_addresses=$NODE_ADDRESS -c unix_socket_directories=$PGHOST "$@"',
    ].join('\n'),
  };
  mkdirSync(join(folder, 'bin'));
  for (const [name, text] of Object.entries(stubs))
    writeFileSync(join(folder, 'bin', name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
  const scripts = {
    'start.sh': renderStart({ isReplicated: true }),
    'pg_hba.conf': renderHba({ isReplicated: true }),
    'create-databases.sh': renderCreateDatabases(
      [
        { name: 'metastore', passwordVariable: 'METASTORE_PASSWORD' },
        { name: 'migration', passwordVariable: 'MIGRATION_PASSWORD' },
      ],
      replicationSteps,
    ),
  };
  issueCertificate(join(folder, 'authority'), databases);
  // A container has the certificate of the authority without the folder around it.
  chmodSync(join(folder, 'authority'), 0o755);
  for (const [name, text] of Object.entries(scripts)) writeFileSync(join(folder, name), relocate(text));
});

afterAll(async () => {
  await Promise.all(databases.map((address) => stop(address, 'SIGQUIT')));
  rmSync(folder, { recursive: true, force: true });
});

test('two copy the primary; when it is lost another takes over, and the old one follows it', async () => {
  databases.forEach((address) => {
    start(address, first);
  });
  await Promise.all(databases.map((address) => afterStart(address, first)));
  await until(() => sql(first, `SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'quorum'`), '2');
  expect(await sql(first, 'SELECT bool_and(ssl) FROM pg_stat_replication JOIN pg_stat_ssl USING (pid)')).toBe('t');
  await sql(first, 'CREATE TABLE t (a integer); INSERT INTO t VALUES (1)', 'metastore');
  await until(() => sql(third, 'SELECT a FROM t', 'metastore'), '1');

  await stop(first, 'SIGKILL');
  await Promise.all([stop(second), stop(third)]);
  start(second, second);
  start(third, second);
  await afterStart(second, second);
  expect(await sql(second, 'SELECT pg_is_in_recovery()')).toBe('f');
  await sql(second, 'INSERT INTO t VALUES (2)', 'metastore');

  start(first, second);
  await afterStart(first, second);
  await until(() => sql(first, 'SELECT pg_is_in_recovery(), sum(a) FROM t', 'metastore'), 't|3');
  await until(() => sql(third, 'SELECT sum(a) FROM t', 'metastore'), '3');
  // Nothing of the lost primary is deleted.
  expect(readdirSync(join(folder, first)).filter((name) => name.startsWith('pgdata.was-'))).toHaveLength(1);
}, 240_000);

test('a primary that is well is followed by another, in the order of a roll, and nothing that was confirmed is lost', async () => {
  // As the test before leaves it: the second is the primary.
  let confirmed = 0;
  const rolling = new AbortController();
  const writing = (async () => {
    await sql(second, 'CREATE TABLE orders (id integer)', 'metastore');
    while (!rolling.signal.aborted) {
      for (const address of [second, first]) {
        const id = confirmed + 1;
        // Not waited for longer: the server may be one that takes no writes any more.
        await sql(address, `INSERT INTO orders VALUES (${id})`, 'metastore').then(
          () => (confirmed = id),
          () => delay(50),
        );
      }
    }
  })();
  await until(() => Promise.resolve(String(confirmed > 5)), 'true');
  const before = confirmed;
  for (const address of [second, third, first]) {
    await stop(address);
    start(address, first);
    await afterStart(address, first);
    const primaries = await Promise.all(
      databases.map((each) => sql(each, 'SELECT pg_is_in_recovery()').then((is) => (is === 'f' ? [each] : []))),
    );
    expect(primaries.flat()).toEqual(address === first ? [first] : []);
  }
  await until(() => Promise.resolve(String(confirmed > before + 5)), 'true');
  rolling.abort();
  await writing;
  for (const address of databases) {
    const all = 'SELECT count(DISTINCT id), max(id) FROM orders';
    await until(() => sql(address, all, 'metastore'), `${confirmed}|${confirmed}`);
  }
}, 240_000);

test('the workers of a runner machine reach the store over verified TLS, set it up, idle, and end when they are told to', async () => {
  // As the test before leaves it: the first is the primary.
  const { commands, env } = runnerProgram({ host: first, port, password: 'migration', relocate });
  const [migrate, worker] = commands;
  await run(process.execPath, [launcher, ...migrate], { env });

  const working = spawn(process.execPath, [launcher, ...worker], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  working.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise((settle) => working.once('exit', settle));
  const ready = 'The worker is ready.\n'.repeat(availableParallelism());
  try {
    await until(() => Promise.resolve(said), ready);
    const clients =
      "SELECT bool_and(ssl) FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE application_name = 'migration-runner'";
    expect(await sql(first, clients)).toBe('t');
  } finally {
    working.kill('SIGTERM');
  }
  expect([await ended, said]).toEqual([0, ready]);

  for (const [user, database] of [
    ['migration', 'migration'],
    ['replicator', 'postgres'],
  ] as const) {
    const plain = `host=${first} sslmode=disable user=${user} dbname=${database}`;
    const passwords = { migration: 'migration', replicator: 'replication' };
    const asked = run('psql', [plain, '-c', 'SELECT 1'], {
      env: { ...environment(first, first), PGPASSWORD: passwords[user] },
    });
    await expect(asked).rejects.toMatchObject({ stderr: expect.stringContaining('no encryption') });
  }

  issueCertificate(join(folder, 'other'), [first], 'f'.repeat(64));
  const stranger = { ...env, DATABASE_URL: env['DATABASE_URL']?.replace('/authority/', '/other/') };
  await expect(run(process.execPath, [launcher, ...migrate], { env: stranger })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/certificate/),
  });
  await expect(sql(first, 'SELECT 1', 'metastore', 'migration')).resolves.toBe('1');
  await expect(sql(first, 'CREATE TABLE mine ()', 'metastore', 'migration')).rejects.toThrow('permission denied');
}, 240_000);

/** Paths of the container, and the network's port, which the containers have for themselves. */
function relocate(text: string): string {
  return text
    .replaceAll('/etc/aws2openstack', folder)
    .replaceAll('/etc/authority', join(folder, 'authority'))
    .replaceAll('/var/run/postgresql', '$PGHOST')
    .replaceAll('--owner=postgres', `--owner=${process.getuid?.() === 0 ? nobody : (process.getuid?.() ?? '')}`)
    .replaceAll('pg_isready -q -h 127.0.0.1', 'pg_isready -q');
}

function environment(address: string, primary: string): NodeJS.ProcessEnv {
  const binaries = readdirSync('/usr/lib/postgresql').map((version) => join('/usr/lib/postgresql', version, 'bin'));
  return {
    ...process.env,
    // libpq looks for a certificate of the client there, which the server's user may not do in the home of root.
    HOME: folder,
    PATH: [join(folder, 'bin'), ...binaries, process.env['PATH']].join(delimiter),
    METASTORE_PASSWORD: 'metastore',
    MIGRATION_PASSWORD: 'migration',
    NODE_ADDRESS: address,
    PGDATA: join(folder, address, 'pgdata'),
    PGHOST: join(folder, address),
    PGPORT: String(port),
    PRIMARY_ADDRESS: primary,
    PRIMARY_HOST: primary,
    REPLICATION_PASSWORD: 'replication',
  };
}

function start(address: string, primary: string): void {
  mkdirSync(join(folder, address), { recursive: true });
  if (process.getuid?.() === 0) chownSync(join(folder, address), nobody, nobody);
  const env = environment(address, primary);
  servers.set(address, spawn('bash', [join(folder, 'start.sh')], { env, stdio: 'ignore' }));
}

async function stop(address: string, signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
  const server = servers.get(address);
  if (server?.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((settle) => server.once('close', settle));
  const pidFile = join(folder, address, 'pgdata', 'postmaster.pid');
  process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), signal);
  await ended;
}

async function afterStart(address: string, primary: string): Promise<void> {
  await run('bash', [join(folder, 'create-databases.sh')], { env: environment(address, primary), timeout: 120_000 });
}

async function sql(address: string, text: string, database = 'postgres', user = 'postgres'): Promise<string> {
  const args = ['-U', user, '-d', database, '-Atc', text];
  const { stdout } = await run('psql', args, { env: environment(address, address) });
  return stdout.trim();
}

async function until(ask: () => Promise<string>, wanted: string): Promise<void> {
  let found = '';
  for (let attempt = 0; attempt < 120 && found !== wanted; attempt += 1) {
    found = await ask().catch((error: unknown) => String(error));
    if (found !== wanted) await delay(500);
  }
  expect(found).toBe(wanted);
}
