import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownMigrations } from '../../state/schema-versions/migrate.js';
import { fillStore } from '../support/filled-store.js';
import { childArguments } from '../support/processes.js';
import { cli } from '../support/run-cli.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

jest.setTimeout(180_000);

let folder: string;
const engines: Partial<Record<(typeof engineNames)[number], StateEngine>> = {};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-cli-state-'));
  for (const name of engineNames) engines[name] = await startEngine(name);
});
afterAll(async () => {
  for (const name of engineNames) await engines[name]?.stop();
  rmSync(folder, { recursive: true });
});
const engine = (name: (typeof engineNames)[number]): StateEngine => {
  const started = engines[name];
  if (started === undefined) throw new Error('not started');
  return started;
};
const newest = knownMigrations().at(-1) ?? '';

describe.each(engineNames)('%s', (name) => {
  let env: Record<string, string>;
  let file: string;
  beforeAll(async () => {
    const location = await engine(name).fresh();
    env = engine(name).env(location);
    const state = await opened(location);
    await fillStore(state, { tables: 200 });
    await state.close();
    file = join(folder, `${name}.gz`);
  });

  test('migrate has nothing to do', async () => {
    expect(await cli(['state', 'migrate'], env)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`up to date (${newest})`),
      stderr: '',
    });
    const { stdout } = await cli(['state', 'migrate', '--json'], env);
    expect(JSON.parse(stdout)).toMatchObject({ applied: [], before: knownMigrations() });
  });

  test('status says what is there', async () => {
    const { code, stdout, stderr } = await cli(['state', 'status'], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(name === 'embedded' ? 'one process at a time' : 'PostgreSQL server');
    expect(stdout).toMatch(/version {2}PostgreSQL \d+\.\d+, as postgres/);
    expect(stdout).toContain(`schema   ${newest}, up to date`);
    expect(stdout).toMatch(/^ {2}tables +200$/m);
    expect(stdout).toMatch(/^ {2}copy +created 1, retry 1, active 1, completed 1, cancelled 1, failed 1$/m);
    const json = JSON.parse((await cli(['state', 'status', '--json'], env)).stdout) as { sizeBytes: number };
    expect(json).toMatchObject({ chosenBy: name === 'embedded' ? 'A2O_STATE_DIR' : 'DATABASE_URL' });
    expect(json).toMatchObject({ engine: name, rows: { tables: 200 }, roles: [], queues: { copy: { failed: 1 } } });
    expect(json.sizeBytes).toBeGreaterThan(1_000_000);
  });

  test('export, and import into another store', async () => {
    expect(await cli(['state', 'export', file], env)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/: \d+ rows from /),
    });
    const other = engine(name).env(await engine(name).fresh());
    const { code, stdout } = await cli(['state', 'import', file, '--json'], other);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ file, rows: { tables: 200, 'pgboss.job': 12 } });
    expect(await cli(['state', 'import', file], other)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('[store-not-empty]'),
    });
  });

  test('grant prints its SQL without running it', async () => {
    const { code, stdout } = await cli(
      ['state', 'grant', '--print', '--prefix', 'lake', '--member', 'read-only=eve'],
      env,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^BEGIN;\n[\s\S]*GRANT lake_read_only TO "eve";\nCOMMIT;\n$/);
    expect((await cli(['state', 'status', '--json'], env)).stdout).toContain('"roles": []');
  });
});

test('grant on a server makes the roles; on the embedded store it is refused', async () => {
  const location = await engine('server').fresh();
  const env = engine('server').env(location);
  expect(await cli(['state', 'grant', '--member', 'read_only=missing'], env)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('CREATE ROLE "missing" LOGIN'),
  });
  await engine('server').server?.query('postgres', 'CREATE ROLE eve LOGIN');
  const { code, stdout } = await cli(['state', 'grant', '--member', 'read_only=eve'], env);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {2}aws2openstack_read_only +eve +reads the store/m);
  expect((await cli(['state', 'status'], env)).stdout).toContain(
    'aws2openstack_migration_control, aws2openstack_read_only, aws2openstack_read_write',
  );
  const { stdout: json } = await cli(['state', 'grant', '--member', 'read_only=eve', '--json'], env);
  expect(JSON.parse(json)).toMatchObject({
    roles: expect.arrayContaining([expect.objectContaining({ role: 'aws2openstack_read_only', added: ['eve'] })]),
  });
  const printed = await cli(['state', 'grant', '--print', '--member', 'read_write=eve'], env);
  await engine('server').server?.query(location.engine === 'server' ? (location.database ?? '') : '', printed.stdout);

  const embedded = engine('embedded').env(await engine('embedded').fresh());
  expect(await cli(['state', 'grant'], embedded)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('[no-roles-here]'),
  });
});

test.each([
  [['grant', '--member', 'eve'], 'must have the form ROLE=LOGIN'],
  [['grant', '--member', 'owner=eve'], 'must have the form ROLE=LOGIN'],
  [['grant', '--prefix', 'Lake; DROP'], 'lower-case'],
  [['grant', '--prefix', 'pg_lake'], 'pg_'],
  [['import'], 'file'],
  [['nonsense'], 'nonsense'],
])('%j is a usage error', async (args, why) => {
  expect(await cli(['state', ...args], { A2O_STATE_DIR: join(folder, 'none') })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(why),
  });
});

describe('status', () => {
  test('of a store that is not there yet makes none', async () => {
    const env = { A2O_STATE_DIR: join(folder, 'absent', 'state') };
    expect(await cli(['state', 'status'], env)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('none yet'),
      stderr: '',
    });
    expect(await cli(['state', 'export', join(folder, 'absent.gz')], env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('[store-not-migrated]'),
    });
    expect(existsSync(join(folder, 'absent'))).toBe(false);
    expect(readdirSync(folder)).not.toContain('absent.gz');
    const server = engine('server').env(await engine('server').empty());
    expect(await cli(['state', 'status'], server)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('none yet: run `aws2openstack state migrate`'),
    });
  });

  test('of a server that cannot be reached, and of a URL that is wrong, without its password', async () => {
    const unreachable = await cli(['state', 'status'], { DATABASE_URL: 'postgresql://eve:hunter2@127.0.0.1:1/x' });
    expect(unreachable).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('The database cannot be reached'),
    });
    const wrong = await cli(['state', 'status'], {
      DATABASE_URL: 'postgresql://eve:hunter2@127.0.0.1:1/x?sslmode=perhaps',
    });
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('verify-full') });
    expect(unreachable.stderr + wrong.stderr).not.toContain('hunter2');
  });

  test('of a store that another process has open names it', async () => {
    const location = await engine('embedded').fresh();
    const env = engine('embedded').env(location);
    const holder = spawn(process.execPath, childArguments('queue-worker.ts', '1'), {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    const { code, stderr } = await cli(['state', 'status'], env);
    expect(code).toBe(1);
    expect(stderr).toContain(`in use by process ${holder.pid ?? 0} (a worker of a test)`);
    expect(stderr).toContain('aws2openstack state export FILE');
    const ended = new Promise((resolve) => holder.once('close', resolve));
    holder.kill('SIGTERM');
    await ended;
    expect(await cli(['state', 'status'], env)).toMatchObject({ code: 0 });
  });
});

test('every command of state has a help with an example', async () => {
  for (const command of ['migrate', 'status', 'grant', 'export', 'import']) {
    const { code, stdout } = await cli(['state', command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Example:\n  $ aws2openstack state ${command}`);
  }
});
