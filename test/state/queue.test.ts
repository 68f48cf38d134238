import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fromKysely } from 'pg-boss';
import type { PgBoss } from 'pg-boss';
import { exportStore, grantRoles, importStore, openQueue, withState } from '../../state/index.js';
import type { State, StateLocation } from '../../state/index.js';
import { childArguments } from '../support/processes.js';
import { engineNames, opened, serverLocation, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

// A dead worker is found after 45 s at most.
jest.setTimeout(180_000);

const engines: StateEngine[] = [];
const started = async (name: 'embedded' | 'server'): Promise<StateEngine> => {
  const engine = await startEngine(name);
  engines.push(engine);
  return engine;
};
afterAll(async () => {
  for (const engine of engines) await engine.stop();
});

const problems: Error[] = [];
const open = async (state: State): Promise<PgBoss> =>
  await openQueue(state, { queues: ['copy'], supervise: true, onProblem: (problem) => problems.push(problem) });
afterEach(() => {
  expect(problems.splice(0)).toEqual([]);
});

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let location: StateLocation;
  beforeAll(async () => {
    engine = await started(name);
    location = await engine.fresh();
  });

  test('a job is sent, worked on and done; one that fails is tried again', async () => {
    const state = await opened(location);
    const queue = await open(state);
    const id = (await queue.send('copy', { table: 'sales.orders' }, { retryDelay: 0, retryBackoff: false })) ?? '';
    const attempts: unknown[] = [];
    await queue.work<{ table: string }>('copy', { pollingIntervalSeconds: 0.5 }, ([job]) => {
      attempts.push(job?.data.table);
      return attempts.length === 1 ? Promise.reject(new Error('the first time')) : Promise.resolve({ rows: 3 });
    });
    const done = await until(async () =>
      (await queue.findJobs('copy', { id })).find(({ state: at }) => at === 'completed'),
    );
    expect(attempts).toEqual(['sales.orders', 'sales.orders']);
    expect(done).toMatchObject({ retryCount: 1, output: { rows: 3 } });
    await queue.stop();
    await state.close();
  });

  test('a job survives a restart', async () => {
    const first = await opened(location);
    const queue = await open(first);
    const id = await queue.send('copy', { table: 'kept' });
    await queue.stop();
    await first.close();
    const second = await opened(location);
    const again = await open(second);
    expect(await again.fetch('copy')).toMatchObject([{ id, data: { table: 'kept' } }]);
    await again.complete('copy', id ?? '');
    await again.stop();
    await second.close();
  });

  test('stopping waits for the job in work', async () => {
    const state = await opened(location);
    const queue = await open(state);
    const id = (await queue.send('copy', {})) ?? '';
    let begun = false;
    await queue.work('copy', { pollingIntervalSeconds: 0.5 }, async () => {
      begun = true;
      await delay(1500);
    });
    await until(() => Promise.resolve(begun ? true : undefined));
    await queue.stop();
    const { rows } = await sql`SELECT state FROM pgboss.job WHERE id = ${id}`.execute(state.db);
    expect(rows).toEqual([{ state: 'completed' }]);
    await state.close();
  });

  test('a job sent in a transaction of the store is committed or rolled back with it, whatever the queue does meanwhile', async () => {
    const state = await opened(location);
    const queue = await open(state);
    let kept: string | null = null;
    let lost: string | null = null;
    const besides: Promise<string | null>[] = [];
    const send = async (outcome: 'commit' | 'undo'): Promise<void> => {
      await state.db.transaction().execute(async (db) => {
        const id = await queue.send('copy', {}, { singletonKey: randomUUID(), db: fromKysely(db) });
        besides.push(queue.send('copy', { outcome }, { singletonKey: randomUUID() }));
        await delay(50);
        if (outcome === 'undo') {
          lost = id;
          throw new Error('undo');
        }
        kept = id;
      });
    };
    await send('commit');
    await expect(send('undo')).rejects.toThrow('undo');
    const ids = await Promise.all(besides);
    const { rows } = await sql<{ id: string }>`SELECT id FROM pgboss.job WHERE state = 'created'`.execute(state.db);
    expect(rows.map(({ id }) => id).sort()).toEqual([kept, ...ids].sort());
    expect(lost).not.toBeNull();
    await queue.deleteAllJobs('copy');
    await queue.stop();
    await state.close();
  });

  test('an export takes queued jobs along, and they are worked on where it is imported', async () => {
    const state = await opened(location);
    const queue = await open(state);
    const id = await queue.send('copy', { table: 'moved' }, { priority: 7, retryLimit: 3 });
    const folder = mkdtempSync(join(tmpdir(), 'a2o-queue-'));
    const file = join(folder, 'x.gz');
    expect(await exportStore(state, { file, toolVersion: '0', now: new Date() })).toMatchObject({ ok: true });
    await queue.stop();
    await state.close();
    const other = await opened(await engine.fresh());
    expect(await importStore(other, { file })).toMatchObject({ ok: true, value: { 'pgboss.queue': 1 } });
    const moved = await open(other);
    expect(await moved.fetch('copy', { includeMetadata: true })).toMatchObject([
      { id, data: { table: 'moved' }, priority: 7, retryLimit: 3, heartbeatSeconds: 30 },
    ]);
    await moved.stop();
    await other.close();
    rmSync(folder, { recursive: true });
  });

  test('a store whose queue is missing says what to run', async () => {
    const broken = await engine.fresh();
    const state = await opened(broken);
    await sql`DROP SCHEMA pgboss CASCADE`.execute(state.db);
    await state.close();
    expect(await withState(broken, { access: 'write', purpose: 'test' }, open)).toMatchObject({
      ok: false,
      error: [{ code: 'store-not-migrated', fix: expect.stringContaining('aws2openstack state migrate') }],
    });
  });
});

describe('worker processes', () => {
  const workers: Worker[] = [];
  afterEach(() => {
    for (const { child } of workers.splice(0)) child.kill('SIGKILL');
  });
  const start = (env: Record<string, string>, seconds: number): Worker => {
    const worker = startWorker(env, seconds);
    workers.push(worker);
    return worker;
  };

  test('on a server the job of a worker that was killed is given to another, as the read-write role', async () => {
    const engine = await started('server');
    const location = await engine.fresh();
    if (location.engine !== 'server' || location.database === undefined) throw new Error('no server');
    await engine.server?.query('postgres', 'CREATE ROLE runner LOGIN');
    const state = await opened(location);
    await grantRoles(state, { prefix: 'a2o', members: [{ kind: 'read_write', login: 'runner' }] });
    const queue = await openQueue(state, {
      queues: ['copy'],
      supervise: false,
      onProblem: (problem) => problems.push(problem),
    });
    const env = { DATABASE_URL: engine.server?.url(location.database, { user: 'runner' }) ?? '' };

    const first = start(env, 600);
    await first.says('ready');
    const id = (await queue.send('copy', { table: 'sales.orders' })) ?? '';
    await first.says('begins sales.orders');
    first.child.kill('SIGKILL');
    const killed = performance.now();
    const second = start(env, 1);
    await second.says('begins sales.orders');
    expect((performance.now() - killed) / 1000).toBeLessThan(75);
    await second.says('ends sales.orders');
    expect(
      await until(async () => (await queue.findJobs('copy', { id })).find(({ state: at }) => at === 'completed')),
    ).toMatchObject({ retryCount: 1 });
    second.child.kill('SIGTERM');
    await second.says('stopped');
    expect([...first.lines, ...second.lines].filter((line) => line.startsWith('problem'))).toEqual([]);

    await queue.stop();
    await state.close();
  });

  test('on the embedded store a second worker is refused, with the first one named; after a kill the next may in', async () => {
    const engine = await started('embedded');
    const env = engine.env(await engine.fresh());
    const first = start(env, 600);
    await first.says('ready');
    const second = start(env, 1);
    const refused = await second.says('refused');
    expect(refused).toContain(
      `store-in-use: The embedded store is in use by process ${first.child.pid ?? 0} (a worker of a test)`,
    );
    first.child.kill('SIGKILL');
    await new Promise((resolve) => first.child.once('close', resolve));
    const third = start(env, 1);
    await third.says('ready');
    third.child.kill('SIGTERM');
    await third.says('stopped');
  });
});

test('the read-only role cannot open the queue; the message names the missing privilege', async () => {
  const engine = await started('server');
  const location = await engine.fresh();
  if (location.engine !== 'server' || location.database === undefined) throw new Error('no server');
  await engine.server?.query('postgres', 'CREATE ROLE viewer LOGIN');
  const state = await opened(location);
  await grantRoles(state, { prefix: 'a2o', members: [{ kind: 'read_only', login: 'viewer' }] });
  await state.close();
  const viewer = serverLocation(engine.server?.url(location.database, { user: 'viewer' }) ?? '');
  expect(
    await withState(viewer, { access: 'read', purpose: 'test' }, async (store) =>
      openQueue(store, { supervise: false, onProblem: (problem) => problems.push(problem) }),
    ),
  ).toMatchObject({ ok: false, error: [{ code: 'database-42501', message: expect.stringContaining('pgboss') }] });
});

interface Worker {
  readonly child: ChildProcess;
  readonly lines: readonly string[];
  /** Waits for a line that begins so. */
  says(start: string): Promise<string>;
}

function startWorker(env: Record<string, string>, seconds: number): Worker {
  const child = spawn(process.execPath, childArguments('queue-worker.ts', String(seconds)), {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  return {
    child,
    lines,
    says: (start) => until(() => Promise.resolve(lines.find((line) => line.startsWith(start))), 90),
  };
}

async function until<T>(look: () => Promise<T | undefined>, seconds = 30): Promise<T> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(100);
  }
  throw new Error(`it did not happen in ${seconds} s`);
}
