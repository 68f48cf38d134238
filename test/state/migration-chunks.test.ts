import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  chunkTotals,
  insertChunks,
  readChunks,
  removeChunks,
  reopenChunks,
  saveChunks,
  takeChunks,
  unsuccessfulChunks,
} from '../../state/index.js';
import type { ChunkProgress, HeldJob, NewChunk, State } from '../../state/index.js';
import { advanceJob } from '../../state/repositories/migration-jobs.js';
import { jobOf, plannedJobs } from '../support/jobs.js';
import { problemOf, valueOf } from '../support/pages.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

jest.setTimeout(600_000);

const chunk = (number: number, fields: Partial<NewChunk> = {}): NewChunk => ({
  number,
  owner: 'table:db.t',
  objects: 10,
  bytes: 100,
  keys: Buffer.from([number % 256, 0, 255, 92, 39]),
  ...fields,
});
const progress = (number: number, fields: Partial<ChunkProgress> = {}): ChunkProgress => ({
  number,
  state: 'DONE',
  outcomes: Buffer.from([1, 0, 255]),
  copied: 10,
  verified: 0,
  failed: 0,
  gone: 0,
  refused: 0,
  bytes_copied: 100,
  ...fields,
});

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let state: State;
  let job: HeldJob;

  beforeAll(async () => {
    engine = await startEngine(name);
    state = await opened(await engine.fresh());
  });
  beforeEach(async () => {
    const [id = ''] = await plannedJobs(state, 1);
    job = valueOf(await advanceJob(state, await jobOf(state, id), { to: 'RUNNING' }));
  });
  afterAll(async () => {
    await state.close();
    await engine.stop();
  });

  const taken = async (after = -1, limit = 10, wanted: 'OPEN' | 'RECHECK' = 'OPEN') =>
    valueOf(await takeChunks(state, job, { state: wanted, after, limit }));

  test('chunks are stored in bulk and taken in their order, byte for byte', async () => {
    const chunks = Array.from({ length: 300 }, (_, number) => chunk(number));
    valueOf(await insertChunks(state, job, chunks.toReversed()));
    const [first, second] = [await taken(-1, 2), await taken(1, 3)];
    expect([...first, ...second].map(({ number }) => number)).toEqual([0, 1, 2, 3, 4]);
    expect(first[1]).toMatchObject({
      owner: 'table:db.t',
      objects: 10,
      bytes: 100,
      outcomes: null,
      attempts: 1,
      state: 'OPEN',
    });
    expect(Buffer.from(first[1]?.keys ?? [])).toEqual(Buffer.from([1, 0, 255, 92, 39]));
    expect((await taken(-1, 1))[0]?.attempts).toBe(2);
  });

  test('outcomes are stored, and the totals by owner add up', async () => {
    valueOf(
      await insertChunks(state, job, [chunk(0), chunk(1), chunk(2, { owner: 'bucket:b', bytes: 5_000_000_000_000 })]),
    );
    valueOf(
      await saveChunks(state, job, [
        progress(0, { copied: 3, verified: 1, failed: 1, gone: 1, refused: 2, bytes_copied: 40 }),
        progress(1, { state: 'RECHECK', copied: 9, bytes_copied: 90 }),
      ]),
    );
    expect(await chunkTotals(state, job.id)).toEqual([
      {
        owner: 'bucket:b',
        chunks: 1,
        objects: 10,
        bytes: 5_000_000_000_000,
        open: 10,
        copied: 0,
        verified: 0,
        failed: 0,
        gone: 0,
        refused: 0,
        bytes_copied: 0,
      },
      {
        owner: 'table:db.t',
        chunks: 2,
        objects: 20,
        bytes: 200,
        open: 3,
        copied: 12,
        verified: 1,
        failed: 1,
        gone: 1,
        refused: 2,
        bytes_copied: 130,
      },
    ]);
    expect((await taken()).map(({ number }) => number)).toEqual([2]);
    expect((await taken(-1, 10, 'RECHECK')).map(({ number }) => number)).toEqual([1]);
    const [unsuccessful, ...others] = await unsuccessfulChunks(state, job.id, { after: -1, limit: 10 });
    expect([unsuccessful?.number, others]).toEqual([0, []]);
    expect(Buffer.from(unsuccessful?.outcomes ?? [])).toEqual(Buffer.from([1, 0, 255]));
  });

  test('only chunks with failed or refused objects are opened again', async () => {
    valueOf(
      await insertChunks(
        state,
        job,
        [0, 1, 2, 3].map((number) => chunk(number)),
      ),
    );
    valueOf(
      await saveChunks(state, job, [
        progress(0),
        progress(1, { copied: 9, failed: 1 }),
        progress(2, { copied: 9, gone: 1 }),
        progress(3, { copied: 9, refused: 1 }),
      ]),
    );
    valueOf(await reopenChunks(state, job));
    expect((await taken()).map(({ number }) => number)).toEqual([1, 3]);
  });

  test('what an interrupted listing has left behind its point is removed, of this job only', async () => {
    const [otherId = ''] = await plannedJobs(state, 1);
    const other = valueOf(await advanceJob(state, await jobOf(state, otherId), { to: 'RUNNING' }));
    for (const each of [job, other]) valueOf(await insertChunks(state, each, [chunk(0), chunk(1), chunk(2)]));
    const numbersOf = async ({ id }: HeldJob) =>
      (await readChunks(state, id, { after: -1, limit: 9 })).map(({ number }) => number);
    valueOf(await removeChunks(state, job, 1));
    expect([await numbersOf(job), await numbersOf(other)]).toEqual([[0], [0, 1, 2]]);
  });

  test('a worker that has lost the job writes nothing', async () => {
    valueOf(await insertChunks(state, job, [chunk(0)]));
    const before = await chunkTotals(state, job.id);
    valueOf(await advanceJob(state, await jobOf(state, job.id), { to: 'RUNNING' }));
    const refused = [
      await insertChunks(state, job, [chunk(1)]),
      await removeChunks(state, job, 0),
      await reopenChunks(state, job),
      await takeChunks(state, job, { state: 'OPEN', after: -1, limit: 1 }),
      await saveChunks(state, job, [progress(0)]),
    ];
    for (const each of refused) expect(problemOf(each)).toMatchObject({ code: 'job-changed-hands' });
    expect(await chunkTotals(state, job.id)).toEqual(before);
  });

  test('a job that was paused while it ran takes the last outcomes of its worker', async () => {
    valueOf(await insertChunks(state, job, [chunk(0)]));
    valueOf(await advanceJob(state, await jobOf(state, job.id), { to: 'PAUSED' }));
    valueOf(await saveChunks(state, job, [progress(0)]));
    expect(await chunkTotals(state, job.id)).toMatchObject([{ copied: 10, open: 0 }]);
  });

  test('a chunk is there once', async () => {
    valueOf(await insertChunks(state, job, [chunk(0)]));
    await expect(insertChunks(state, job, [chunk(0)])).rejects.toMatchObject({ code: '23505' });
  });
});
