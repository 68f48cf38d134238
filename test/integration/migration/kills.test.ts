import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { motoCredentials, startMoto } from '../../../environments/moto/moto.js';
import type { Moto } from '../../../environments/moto/moto.js';
import type { CopyOrder } from '../../../migration/work-order/index.js';
import { rangeOfPrefix } from '../../../clients/s3/listing/index.js';
import { chunkTotals, enqueueJobs, openQueue } from '../../../state/index.js';
import type { State } from '../../../state/index.js';
import { Bucket, sha256, storeTarget } from '../../support/copy-stores.js';
import type { CopyWorker } from '../../support/copy-worker-child.js';
import { expireLeases, jobOf, plannedJobs } from '../../support/jobs.js';
import { startPostgres } from '../../support/postgres-server.js';
import type { PostgresServer } from '../../support/postgres-server.js';
import { childArguments } from '../../support/processes.js';
import { sharedLakehouse } from '../../support/shared-lakehouse.js';
import { opened, serverLocation } from '../../support/state-engines.js';

/** `A2O_KILLS=100` for what is asked of a release. */
const kills = Number(process.env['A2O_KILLS'] ?? 10);
/** About three times as many as are copied until the last kill. */
const smallObjects = 200 * kills;
const largeBytes = 48 * 1024 ** 2;
const limitMs = 60_000 * Math.max(10, kills);
const run = randomBytes(3).toString('hex');

let folder = '';
let moto: Moto;
let postgres: PostgresServer;
let state: State;
let source: Bucket;
let target: Bucket;
const contents = new Map<string, string>();

interface Worker {
  readonly process: ChildProcess;
  /** Its exit code and signal. */
  readonly ended: Promise<unknown[]>;
}

const workers: Worker[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'a2o-copy-kills-'));
  const [store, ...started] = await Promise.all([
    sharedLakehouse().then(({ lakehouse }) => lakehouse.startObjectStore()),
    startMoto(),
    startPostgres(['fsync=off']),
  ]);
  [moto, postgres] = started;
  source = new Bucket({ endpoint: moto.endpoint, region: 'eu-central-1', credentials: motoCredentials }, `from-${run}`);
  target = new Bucket(storeTarget(store), `to-${run}`);
  await Promise.all([source.create(), target.create()]);
  const put = async (key: string, content: Buffer): Promise<void> => {
    contents.set(key, sha256(content));
    await source.put({ key, content });
  };
  for (let n = 0; n < smallObjects; n += 30)
    await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        put(`${'ab'[(n + i) % 2] ?? ''}/${n + i}`, randomBytes(1 + ((n + i) % 3000))),
      ),
    );
  for (const name of ['one', 'two']) await put(`c/${name}`, randomBytes(largeBytes));
  await postgres.query('postgres', 'CREATE DATABASE kills');
  state = await opened(serverLocation(postgres.url('kills')));
}, limitMs);

afterAll(async () => {
  for (const worker of workers) worker.process.kill('SIGKILL');
  await state.close();
  await postgres.stop();
  await moto.stop();
  await (await (await sharedLakehouse()).lakehouse.startObjectStore()).removeBucket(target.name);
  rmSync(folder, { recursive: true });
}, 600_000);

test(
  `${kills} kills, a frozen worker and a restarted database, without a disk: every object once, equal, and nothing left over`,
  async () => {
    const jobs = await plannedJobs(state, 3);
    const boss = await openQueue(state, {
      queues: ['copy'],
      supervise: false,
      heartbeatSeconds: 10,
      onProblem: ({ message }) => {
        console.warn(message);
      },
    });
    const orders = jobs.map((jobId, index) => {
      const ranges = [rangeOfPrefix(`${'abc'[index] ?? ''}/`)];
      const regions = [{ owner: `table:db.${index}`, bucket: source.name, targetBucket: target.name, ranges }];
      return { jobId, payload: { regions, waitsFor: [] } satisfies CopyOrder };
    });
    await enqueueJobs(state, boss, 'copy', orders);
    await boss.stop({ graceful: false });

    const settings = join(folder, 'worker.json');
    const worker: CopyWorker = {
      databaseUrl: postgres.url('kills'),
      options: { source: source.target, target: { type: 's3', store: target.target } },
      limits: { objectsAtOnce: 1, partsAtOnce: 2 },
      concurrency: 2,
    };
    writeFileSync(settings, JSON.stringify(worker));
    const start = async (): Promise<Worker> => {
      // No file may grow: a worker needs no disk, so a full one does not stop it. Its messages go through a pipe.
      const child = spawn(
        'prlimit',
        ['--fsize=0', process.execPath, ...childArguments('copy-worker-child.ts', settings)],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      );
      child.stderr.pipe(process.stderr, { end: false });
      const started: Worker = { process: child, ended: once(child, 'close') };
      workers.push(started);
      // It says that it is ready, at least.
      await Promise.race([once(child.stdout, 'data'), started.ended]);
      return started;
    };
    const end = async (worker: Worker, signal: 'SIGKILL' | 'SIGTERM'): Promise<unknown> => {
      worker.process.kill(signal);
      return (await worker.ended)[signal === 'SIGKILL' ? 1 : 0];
    };
    const isDone = async (): Promise<boolean> =>
      (await Promise.all(jobs.map((id) => jobOf(state, id)))).every(({ status }) => status === 'COMPLETED');

    let [one, other] = await Promise.all([start(), start()]);
    let killed = 0;
    for (; killed < kills && !(await isDone()); killed += 1) {
      await delay(randomInt(50, 1500));
      // None has ended by itself.
      expect(await end(one, 'SIGKILL')).toBe('SIGKILL');
      // Its lease would last for ten seconds more.
      await expireLeases(state);
      [one, other] = [other, await start()];
      if (killed === 1) {
        // Its lease runs out, others take its jobs, and it wakes up as if nothing had happened.
        one.process.kill('SIGSTOP');
        await expireLeases(state);
        await delay(3000);
        one.process.kill('SIGCONT');
      }
      if (killed % 10 === 2) await postgres.restart();
    }
    for (const until = performance.now() + limitMs / 2; !(await isDone()) && performance.now() < until;)
      await delay(500);
    expect([await end(one, 'SIGTERM'), await end(other, 'SIGTERM')]).toEqual([0, 0]);

    const found = await target.list();
    expect(found.map(({ key }) => key).sort()).toEqual([...contents.keys()].sort());
    for (let n = 0; n < found.length; n += 30)
      await Promise.all(
        found.slice(n, n + 30).map(async ({ key }) => {
          expect([key, await target.sha256(key)]).toEqual([key, contents.get(key)]);
        }),
      );
    expect(await target.uploads()).toBe(0);
    const totals = (await Promise.all(jobs.map((id) => chunkTotals(state, id)))).flat();
    expect(
      totals.map(({ objects, copied, verified, open, failed, gone, refused }) => [
        objects - copied - verified,
        open,
        failed,
        gone,
        refused,
      ]),
    ).toEqual(jobs.map(() => [0, 0, 0, 0, 0]));
    expect(totals.reduce((sum, { objects }) => sum + objects, 0)).toBe(contents.size);
    expect(killed).toBe(kills);
    console.info(`${killed} workers were killed`);
  },
  limitMs,
);
