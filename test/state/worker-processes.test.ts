import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openQueue } from '../../state/index.js';
import type { State, StateLocation } from '../../state/index.js';
import { listParts } from '../../state/repositories/job-progress.js';
import { enqueuedJobs, expireLeases, jobOf, ticketsOf, until } from '../support/jobs.js';
import { valueOf } from '../support/pages.js';
import { childArguments } from '../support/processes.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { EngineName, StateEngine } from '../support/state-engines.js';

jest.setTimeout(300_000);

const engines = new Map<EngineName, StateEngine>();
afterAll(async () => {
  for (const engine of engines.values()) await engine.stop();
});

let folder = '';
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-worker-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** A store with jobs in the queue `tables`, closed again. */
async function storeWithJobs(
  name: EngineName,
  count: number,
): Promise<{ location: StateLocation; env: Record<string, string>; ids: string[] }> {
  const engine = engines.get(name) ?? (await startEngine(name));
  engines.set(name, engine);
  const location = await engine.fresh();
  const ids = await inStore(location, async (state) => {
    const queue = await openQueue(state, {
      queues: ['tables'],
      supervise: false,
      heartbeatSeconds: 10,
      onProblem: (problem) => {
        throw problem;
      },
    });
    const enqueued = await enqueuedJobs(state, queue, 'tables', count);
    await queue.stop({ graceful: false });
    return enqueued;
  });
  return { location, env: engine.env(location), ids };
}

async function inStore<T>(location: StateLocation, action: (state: State) => Promise<T>): Promise<T> {
  const state = await opened(location);
  try {
    return await action(state);
  } finally {
    await state.close();
  }
}

interface Worker {
  readonly child: ChildProcess;
  readonly lines: readonly string[];
  /** Waits for this line. */
  says(line: string): Promise<void>;
  /** Resolves with the exit code, or the signal. */
  readonly ended: Promise<number | string>;
}

function startWorker(
  env: Record<string, string>,
  { concurrency = 1, holdAt = '', deaf = false }: { concurrency?: number; holdAt?: string; deaf?: boolean } = {},
): Worker {
  const args = childArguments('job-worker.ts', folder, String(concurrency), holdAt, deaf ? 'deaf' : '');
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  return {
    child,
    lines,
    says: async (line) => {
      await until(() => (lines.includes(line) ? true : undefined), 120);
    },
    ended: new Promise((resolve) => {
      child.once('close', (code, signal) => {
        resolve(code ?? signal ?? '');
      });
    }),
  };
}

const effects = (): string[] => readFileSync(join(folder, 'effects'), 'utf8').trimEnd().split('\n');

describe.each(engineNames)('%s', (name) => {
  test('a worker that is killed at each border of each phase loses nothing, and the next one continues from the checkpoint', async () => {
    const {
      location,
      env,
      ids: [id = ''],
    } = await storeWithJobs(name, 1);
    const borders = [
      'begin',
      ...['copy', 'convert', 'register'].flatMap((phase) => [`effect ${phase}`, `checkpoint ${phase}`]),
    ];
    for (const border of borders) {
      const worker = startWorker(env, { holdAt: border });
      await worker.says(`at ${border}`);
      worker.child.kill('SIGKILL');
      expect(await worker.ended).toBe('SIGKILL');
      await inStore(location, expireLeases);
    }
    const last = startWorker(env);
    await last.says('ended completed');
    last.child.kill('SIGTERM');
    expect(await last.ended).toBe(0);
    // Killed before its checkpoint, an effect is repeated; killed after it, it is not.
    expect(effects()).toEqual(
      ['copy', 'copy', 'convert', 'convert', 'register', 'register'].map((phase) => `table_0 ${phase}`),
    );
    await inStore(location, async (state) => {
      expect(await jobOf(state, id)).toMatchObject({ status: 'COMPLETED', bytes_copied: 3 });
      expect(await ticketsOf(state, id)).toEqual(['completed']);
    });
  });

  test('the first SIGTERM gives the job back at its next checkpoint, and the worker exits with 0', async () => {
    const {
      location,
      env,
      ids: [id = ''],
    } = await storeWithJobs(name, 1);
    const worker = startWorker(env, { holdAt: 'effect convert', deaf: true });
    await worker.says('at effect convert');
    worker.child.kill('SIGTERM');
    await worker.says('stopping');
    writeFileSync(join(folder, 'go'), '');
    expect(await worker.ended).toBe(0);
    expect(worker.lines.slice(-2)).toEqual(['ended given-back', 'stopped']);
    await inStore(location, async (state) => {
      expect(await jobOf(state, id)).toMatchObject({ status: 'PENDING', failures: 0 });
      expect(await ticketsOf(state, id)).toEqual(['created']);
    });
    const next = startWorker(env);
    await next.says('ended completed');
    expect(effects()).toEqual(['table_0 copy', 'table_0 convert', 'table_0 register']);
  });

  test('the second signal ends the worker at once', async () => {
    const { env } = await storeWithJobs(name, 1);
    const worker = startWorker(env, { holdAt: 'begin', deaf: true });
    await worker.says('at begin');
    worker.child.kill('SIGTERM');
    await worker.says('stopping');
    worker.child.kill('SIGINT');
    expect(await worker.ended).toBe('SIGINT');
  });
});

test('a worker that is frozen past its lease finds that it lost the job, writes nothing and takes the next one', async () => {
  const { location, env, ids } = await storeWithJobs('server', 2);
  const frozen = startWorker(env, { holdAt: 'effect convert', deaf: true });
  await frozen.says('at effect convert');
  frozen.child.kill('SIGSTOP');
  const state = await opened(location);
  // Tickets of the same moment come in any order.
  const statuses = await Promise.all(ids.map(async (id) => (await jobOf(state, id)).status));
  const held = statuses.indexOf('RUNNING');
  const [first = '', second = ''] = [ids[held], ids[1 - held]];
  const other = startWorker(env);
  await until(async () => ((await jobOf(state, first)).status === 'COMPLETED' ? true : undefined), 60);
  other.child.kill('SIGTERM');
  expect(await other.ended).toBe(0);
  const partsOf = async (): Promise<readonly object[]> => valueOf(await listParts(state, first)).items;
  const [job, parts] = [await jobOf(state, first), await partsOf()];
  expect(parts).toMatchObject([{ phase: 'register', checkpoint: { by: other.child.pid } }]);
  writeFileSync(join(folder, 'go'), '');
  frozen.child.kill('SIGCONT');
  await frozen.says('ended lost');
  expect(await jobOf(state, first)).toEqual(job);
  expect(await partsOf()).toEqual(parts);
  await until(async () => ((await jobOf(state, second)).status === 'COMPLETED' ? true : undefined));
  await state.close();
  expect(
    effects()
      .filter((line) => line.startsWith(`table_${held}`))
      .sort(),
  ).toEqual(['convert', 'convert', 'copy', 'register'].map((phase) => `table_${held} ${phase}`));
});

test('two hundred jobs and three workers: each is done once', async () => {
  const { location, env, ids } = await storeWithJobs('server', 200);
  const workers = [1, 2, 3].map(() => startWorker(env, { concurrency: 8 }));
  const state = await opened(location);
  const left = async (): Promise<number> =>
    (await state.db.selectFrom('migration_jobs').select('id').where('status', '<>', 'COMPLETED').execute()).length;
  await until(async () => ((await left()) === 0 ? true : undefined), 120);
  for (const { child } of workers) child.kill('SIGTERM');
  expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual([0, 0, 0]);
  expect(workers.flatMap(({ lines }) => lines.filter((line) => line.startsWith('problem')))).toEqual([]);
  await state.close();
  const wanted = ids.flatMap((_, index) => ['copy', 'convert', 'register'].map((phase) => `table_${index} ${phase}`));
  expect(effects().sort()).toEqual(wanted.sort());
});
