import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { setTimeout as delay } from 'node:timers/promises';
import { diagnostic } from '../../../../core/diagnostic.js';
import { isInRange } from '../../../../clients/s3/listing/index.js';
import type { Result } from '../../../../core/result.js';
import type { CopyEngine } from '../../../../migration/copy/copy-engine.js';
import { copyJob, discardUploads } from '../../../../migration/copy/job/index.js';
import type { CopyJobOptions } from '../../../../migration/copy/job/index.js';
import { LiveLimits } from '../../../../migration/copy/limits.js';
import { decodeObjects, decodeOutcomes } from '../../../../migration/work-order/index.js';
import type { CopyOrder } from '../../../../migration/work-order/index.js';
import { chunkTotals, JobInterrupted } from '../../../../state/index.js';
import type { JobContext, JobFailure, State } from '../../../../state/index.js';
import { listParts, saveCheckpoint } from '../../../../state/repositories/job-progress.js';
import { advanceJob } from '../../../../state/repositories/migration-jobs.js';
import { jobOf, plannedJobs, until } from '../../../support/jobs.js';
import { MemoryBuckets, objectRef } from '../../../support/memory-bucket.js';
import { MemoryEngine } from '../../../support/memory-engine.js';
import { valueOf } from '../../../support/pages.js';
import { seededRandom } from '../../../support/seeded-random.js';
import { recordSpans } from '../../../support/recorded-spans.js';
import type { RecordedSpans } from '../../../support/recorded-spans.js';
import { engineNames, opened, startEngine } from '../../../support/state-engines.js';
import type { StateEngine } from '../../../support/state-engines.js';

jest.setTimeout(600_000);

let spans: RecordedSpans;
beforeAll(() => {
  spans = recordSpans();
});
afterAll(() => spans.stop());

const order: CopyOrder = {
  regions: [
    { owner: 'table:db.t', bucket: 'acme-raw', targetBucket: 'raw', ranges: [{ from: 't/', to: 't0' }] },
    {
      owner: 'bucket:acme-raw',
      bucket: 'acme-raw',
      targetBucket: 'raw',
      ranges: [
        { from: '', to: 't/' },
        { from: 't0', to: null },
      ],
    },
  ],
  waitsFor: [],
};
const denied = diagnostic({ code: 'target-denied', path: 's3://raw/', message: 'Access denied.', fix: 'Allow it.' });
const inTable = Array.from({ length: 57 }, (_, n) => `t/part-${n}`);
const keys = [...inTable, 'README', 'z/\n', 't'];

describe.each(engineNames)('%s', (name) => {
  let database: StateEngine;
  let state: State;
  let jobId = '';
  let source: MemoryBuckets;
  let engine: MemoryEngine;

  beforeAll(async () => {
    database = await startEngine(name);
    state = await opened(await database.fresh());
  });
  beforeEach(async () => {
    [jobId = ''] = await plannedJobs(state, 1);
    source = new MemoryBuckets(
      keys.map((key) => objectRef(key)),
      10,
    );
    engine = new MemoryEngine(source);
  });
  afterAll(async () => {
    await state.close();
    await database.stop();
  });

  /** As a worker runs it, until the signal: what the handler returns or throws. */
  async function attempt(
    options: Partial<CopyJobOptions> = {},
    signal: AbortSignal = new AbortController().signal,
    onCheckpoint: (phase: string) => Promise<void> | void = () => undefined,
    log: JobContext['log'] = () => undefined,
  ): Promise<Result<void, JobFailure>> {
    const job = valueOf(await advanceJob(state, await jobOf(state, jobId), { to: 'RUNNING' }));
    const parts = valueOf(await listParts(state, jobId)).items;
    const context: JobContext = {
      job,
      payload: order,
      parts: new Map(parts.map((part) => [part.part, part])),
      signal,
      checkpoint: async (done) => {
        const saved = await saveCheckpoint(state, job, done);
        if (!saved.ok) throw new JobInterrupted('lost');
        if (saved.value === 'PAUSED') throw new JobInterrupted('paused');
        await onCheckpoint(done.phase);
      },
      log,
    };
    const limits = new LiveLimits({ objectsAtOnce: 4 });
    const chunkLimits = { objects: 10, bytes: 1000 };
    const handler = copyJob({ state, engine, lister: source, limits, chunkLimits, saveSeconds: 0.05, ...options });
    return await handler(context);
  }

  const totals = async () => {
    const all = await chunkTotals(state, jobId);
    const sum = (of: 'objects' | 'open' | 'copied' | 'failed' | 'gone' | 'refused'): number =>
      all.reduce((so, each) => so + each[of], 0);
    return {
      objects: sum('objects'),
      open: sum('open'),
      copied: sum('copied'),
      failed: sum('failed'),
      gone: sum('gone'),
      refused: sum('refused'),
    };
  };
  const outcomes = async () => {
    const rows = await state.db
      .selectFrom('migration_chunks')
      .selectAll()
      .where('migration_job_id', '=', jobId)
      .execute();
    return new Map(
      rows.flatMap((row) => {
        const objects = decodeObjects(row.keys);
        const found = row.outcomes === null ? [] : decodeOutcomes(row.outcomes, objects);
        return objects.map(({ key }, index) => [key, found[index]] as const);
      }),
    );
  };
  const everythingCopied = async (): Promise<void> => {
    expect(await totals()).toEqual({ objects: 60, open: 0, copied: 60, failed: 0, gone: 0, refused: 0 });
    expect([...engine.target.keys()].sort()).toEqual(keys.map((key) => `raw/${key}`).sort());
  };

  test('every object is copied once, and counted for its owner', async () => {
    expect(await attempt()).toEqual({ ok: true, value: undefined });
    await everythingCopied();
    expect(engine.copies.length).toBe(60);
    expect((await chunkTotals(state, jobId)).map(({ owner, objects }) => [owner, objects])).toEqual([
      ['bucket:acme-raw', 3],
      ['table:db.t', 57],
    ]);
    expect(await jobOf(state, jobId)).toMatchObject({ bytes_copied: 600, bytes_total: 600 });
    expect(valueOf(await listParts(state, jobId)).items).toMatchObject([
      { part: 'objects', phase: 'copied', files_total: 60, files_done: 60 },
    ]);
    expect([...(await outcomes()).values()].every((each) => each?.sha256?.length === 64)).toBe(true);
  });

  test('every chunk is a span, which tells how many of its objects were copied', async () => {
    const before = spans.ended.length;
    valueOf((await attempt()) as Result<void>);
    const chunks = spans.ended.slice(before).filter((span) => span.name === 'chunk copy');
    expect(chunks.map(({ attributes }) => attributes['aws2openstack.chunk']).sort()).toEqual([
      ...Array(chunks.length).keys(),
    ]);
    const sum = (of: string): number =>
      chunks.reduce((total, { attributes }) => total + Number(attributes[`aws2openstack.${of}`]), 0);
    expect([sum('objects'), sum('copied'), sum('failed')]).toEqual([60, 60, 0]);
  });

  test('a second run copies nothing', async () => {
    valueOf((await attempt()) as Result<void>);
    engine.copies.length = 0;
    valueOf((await attempt()) as Result<void>);
    expect(engine.copies).toEqual([]);
    await everythingCopied();
  });

  test.each(['listed', 'taken', 'save', 'saved', 'pass-ended'] as const)(
    'a worker that freezes at the point %s, and goes on after another has done the job, changes nothing',
    async (point) => {
      const frozen = Promise.withResolvers<undefined>();
      let isFrozen = false;
      let passed = 0;
      const dead = attempt({
        at: async (reached) => {
          if (reached !== point || (passed += 1) !== (point === 'pass-ended' ? 2 : 1)) return;
          isFrozen = true;
          await frozen.promise;
        },
      }).catch((error: unknown) => error);
      await until(() => (isFrozen ? true : undefined));
      expect(await attempt()).toEqual({ ok: true, value: undefined });
      await everythingCopied();
      const before = await state.db
        .selectFrom('migration_chunks')
        .selectAll()
        .where('migration_job_id', '=', jobId)
        .execute();
      frozen.resolve(undefined);
      expect(await dead).toBeInstanceOf(JobInterrupted);
      expect(
        await state.db.selectFrom('migration_chunks').selectAll().where('migration_job_id', '=', jobId).execute(),
      ).toEqual(before);
    },
  );

  test('objects that were read back are counted as verified', async () => {
    const copy = engine.copy.bind(engine);
    engine.copy = async function* (tasks, options) {
      for await (const outcome of copy(tasks, options))
        yield { ...outcome, isReadBack: outcome.source.key.endsWith('7') };
    };
    expect(await attempt()).toEqual({ ok: true, value: undefined });
    const all = await chunkTotals(state, jobId);
    expect(all.reduce((sum, { verified }) => sum + verified, 0)).toBe(5);
    expect(await totals()).toMatchObject({ objects: 60, copied: 55, open: 0 });
    expect((await outcomes()).get('t/part-17')).toMatchObject({ state: 'verified' });
    expect(await jobOf(state, jobId)).toMatchObject({ bytes_copied: 600 });
  });

  test('what a killed worker has stored is not copied again', async () => {
    engine.instead = async () => {
      await delay(20);
      return undefined;
    };
    let hasSaved = false;
    const killed = attempt({
      at: async (point) => {
        // Afterwards nothing is stored any more, as after a kill.
        if (hasSaved && point === 'save') await new Promise(() => undefined);
        if (point === 'saved') hasSaved = true;
      },
    });
    killed.catch(() => undefined);
    await until(async () => (hasSaved && (await totals()).copied > 0 ? true : undefined));
    engine.instead = () => Promise.resolve(undefined);
    await delay(100);
    const stored = new Set(
      [...(await outcomes())].flatMap(([key, outcome]) => (outcome?.state === 'copied' ? [key] : [])),
    );
    engine.copies.length = 0;
    expect(await attempt()).toEqual({ ok: true, value: undefined });
    await everythingCopied();
    for (const key of stored) expect(engine.copies).not.toContain(`raw/${key}`);
  });

  const broken = diagnostic({ code: 'source-failed', message: 'The store is down.', fix: 'Start it.' });
  const isDown = { ok: false, error: { kind: 'retry', reason: 'The store is down. Start it.' } };

  test('an interrupted listing goes on behind what it has stored', async () => {
    const options = { saveSeconds: 0, listingWidth: 1 };
    source.failure = (request) => (request === 6 ? broken : undefined);
    expect(await attempt(options)).toEqual(isDown);
    expect(await chunkTotals(state, jobId)).toMatchObject([{ owner: 'table:db.t', chunks: 5, objects: 50 }]);
    const before = source.requests;
    expect(await attempt(options)).toEqual({ ok: true, value: undefined });
    // The rest of the table, and of the bucket before and behind it.
    expect(source.requests - before).toBe(3);
    await everythingCopied();
  });

  test('a listing that rested for more than a day begins anew', async () => {
    source.failure = (request) => (request === 6 ? broken : undefined);
    expect(await attempt({ saveSeconds: 0, listingWidth: 1 })).toEqual(isDown);
    await sql`UPDATE migration_progress SET updated_at = now() - interval '25 hours' WHERE migration_job_id = ${jobId}`.execute(
      state.db,
    );
    source.put(objectRef('t/part-0a'));
    expect(await attempt()).toEqual({ ok: true, value: undefined });
    expect(engine.target.has('raw/t/part-0a')).toBe(true);
    expect(engine.copies).toHaveLength(61);
  });

  test('a listing that is interrupted again and again, before or behind a checkpoint, lists every object once', async () => {
    const random = seededRandom(20);
    for (let attempts = 0; ; attempts += 1) {
      source.failure = () => (random() < 0.2 ? broken : undefined);
      const isKilled = random() < 0.5;
      const ended = await attempt({ saveSeconds: 0, listingWidth: 3 }, undefined, () => {
        // As if it were killed behind the statement that stores chunks, before the next checkpoint.
        if (isKilled && random() < 0.3) throw new Error('killed');
      }).catch((error: unknown) => (error as Error).message);
      if (typeof ended !== 'string' && ended.ok) break;
      expect(attempts).toBeLessThan(200);
    }
    await everythingCopied();
    expect(engine.copies).toHaveLength(60);
  });

  test('a bucket that may not be listed waits for a person', async () => {
    source.failure = () => diagnostic({ code: 'source-listing-denied', message: 'No.', fix: 'Allow it.' });
    expect(await attempt()).toEqual({ ok: false, error: { kind: 'block', reason: 'No. Allow it.' } });
  });

  test('an overwritten object is copied as it is now, a deleted one is gone', async () => {
    const result = attempt({
      at: (point) => {
        if (point !== 'listed') return Promise.resolve();
        source.put(objectRef('t/part-3', { etag: 'new', size: 77 }));
        source.remove(objectRef('t/part-4'));
        return Promise.resolve();
      },
    });
    expect(await result).toEqual({ ok: true, value: undefined });
    expect(await totals()).toEqual({ objects: 60, open: 0, copied: 59, failed: 0, gone: 1, refused: 0 });
    expect(engine.target.get('raw/t/part-3')).toBe('new');
    expect(engine.target.has('raw/t/part-4')).toBe(false);
    const became = await outcomes();
    expect(became.get('t/part-3')).toMatchObject({ state: 'copied', found: { etag: 'new', size: 77 } });
    expect(became.get('t/part-4')).toMatchObject({ state: 'gone', reason: { path: 's3://acme-raw/t/part-4' } });
  });

  test('an object that never holds still has failed, and the next attempt gets it', async () => {
    let version = 0;
    engine.instead = ({ source: { key } }) => {
      if (key === 't/part-3' && version < 2) source.put(objectRef('t/part-3', { etag: `v${(version += 1)}` }));
      return Promise.resolve(undefined);
    };
    expect(await attempt()).toMatchObject({
      ok: false,
      error: {
        kind: 'retry',
        reason: expect.stringMatching(
          /^One object was not copied \[object-overwritten\], such as s3:\/\/acme-raw\/t\/part-3/,
        ),
      },
    });
    expect(await totals()).toMatchObject({ copied: 59, failed: 1, open: 0 });
    expect(await attempt()).toEqual({ ok: true, value: undefined });
    await everythingCopied();
    expect(engine.target.get('raw/t/part-3')).toBe('v2');
  });

  test('what an engine refuses without asking the source is looked for by the next attempt', async () => {
    const reason = diagnostic({ code: 'object-key-refused', message: 'The key is odd.', fix: 'Rename it.' });
    engine.instead = ({ source: { key } }) =>
      Promise.resolve(key === 't/part-3' || key === 't/part-4' ? { state: 'refused', reason } : undefined);
    expect(await attempt()).toMatchObject({ ok: false, error: { kind: 'block' } });
    source.remove(objectRef('t/part-3'));
    expect(await attempt()).toMatchObject({ ok: false, error: { kind: 'block' } });
    expect(await totals()).toEqual({ objects: 60, open: 0, copied: 58, failed: 0, gone: 1, refused: 1 });
    source.remove(objectRef('t/part-4'));
    expect(await attempt()).toEqual({ ok: true, value: undefined });
    expect(await totals()).toEqual({ objects: 60, open: 0, copied: 58, failed: 0, gone: 2, refused: 0 });
  });

  test('refused objects block the job, the rest is copied, and a resumed job tries them again', async () => {
    const denied = diagnostic({
      code: 'source-denied',
      path: 's3://acme-raw/t/part-3',
      message: 'No.',
      fix: 'Allow it.',
    });
    engine.instead = ({ source: { key } }) =>
      Promise.resolve(key === 't/part-3' ? { state: 'refused', reason: denied } : undefined);
    expect(await attempt()).toEqual({
      ok: false,
      error: {
        kind: 'block',
        reason: 'One object was not copied [source-denied], such as s3://acme-raw/t/part-3: No. Allow it.',
      },
    });
    expect(await totals()).toMatchObject({ copied: 59, refused: 1 });
    engine.instead = () => Promise.resolve(undefined);
    engine.copies.length = 0;
    expect(await attempt()).toEqual({ ok: true, value: undefined });
    expect(engine.copies).toEqual(['raw/t/part-3']);
    await everythingCopied();
  });

  test('a pause ends the attempt, keeps what was copied, and the rest follows', async () => {
    let paused = false;
    engine.instead = async () => {
      await delay(paused ? 500 : 20);
      return undefined;
    };
    const ended = attempt({}, undefined, async (phase) => {
      if (phase !== 'copy' || paused || engine.copies.length < 8) return;
      paused = true;
      valueOf(await advanceJob(state, await jobOf(state, jobId), { to: 'PAUSED' }));
    });
    await expect(ended).rejects.toThrow(JobInterrupted);
    const first = engine.copies.length;
    expect(first).toBeLessThan(60);
    expect(await totals()).toMatchObject({ copied: first, open: 60 - first });
    expect(await attempt()).toEqual({ ok: true, value: undefined });
    await everythingCopied();
    expect(engine.copies.length).toBe(60);
  });

  test('an abort ends the attempt at once', async () => {
    const controller = new AbortController();
    engine.instead = async () => {
      await delay(20);
      if (engine.copies.length >= 8) controller.abort(new JobInterrupted('cancelled'));
      return undefined;
    };
    await expect(attempt({}, controller.signal)).rejects.toThrow('cancelled');
    expect(engine.copies.length).toBeLessThan(60);
  });

  test('the parts of a large object are stored while it is copied, and given to the next attempt', async () => {
    source.put(objectRef('t/large', { size: 10_000 }));
    const done = {
      uploadId: 'u',
      partBytes: 5000,
      parts: [{ number: 1, bytes: 5000, sha256: '0'.repeat(64), etag: 'e' }],
    };
    const controller = new AbortController();
    const copy = engine.copy.bind(engine);
    engine.copy = (tasks, options) => {
      engine.instead = async (task) => {
        if (task.source.key !== 't/large') return undefined;
        options.onPart?.(task, done);
        await delay(500);
        controller.abort(new JobInterrupted('stopped'));
        return { state: 'interrupted' };
      };
      return copy(tasks, options);
    };
    await expect(attempt({ savePartsSeconds: 0.1 }, controller.signal)).rejects.toThrow('stopped');
    expect((await outcomes()).get('t/large')).toEqual({ state: 'open', resume: done });

    const resumed: unknown[] = [];
    engine.copy = copy;
    engine.instead = ({ source: { key }, resume }) => {
      if (key === 't/large') resumed.push(resume);
      return Promise.resolve(undefined);
    };
    expect(await attempt()).toEqual({ ok: true, value: undefined });
    expect(resumed).toEqual([done]);
  });

  test('uploads that a killed worker began too late are removed when everything is copied, those of others stay', async () => {
    const found = [
      ...['t/part-7', 't/part-7', 't/of-somebody-else'].map((key, n) => ({ bucket: 'raw', key, uploadId: `u${n}` })),
      { bucket: 'raw', key: 'README', uploadId: 'u3' },
    ];
    const asked: string[] = [];
    const discarded: string[] = [];
    const logged: string[] = [];
    const listing: CopyEngine = {
      name: 'stream',
      copy: engine.copy.bind(engine),
      uploads: (bucket, range) => {
        asked.push(`${bucket} ${range.from} ${String(range.to)} ${engine.target.size}`);
        const value = found.filter(({ key }) => isInRange(key, range));
        return Promise.resolve(range.from === 't0' ? { ok: false, error: [denied] } : { ok: true, value });
      },
      discard: ({ bucket, key, uploadId }) => {
        discarded.push(`${bucket}/${key} ${uploadId}`);
        return Promise.resolve({ ok: true, value: undefined });
      },
    };
    expect(await attempt({ engine: listing }, undefined, undefined, (line) => logged.push(line))).toEqual({
      ok: true,
      value: undefined,
    });
    expect(asked).toEqual(['raw t/ t0 60', 'raw  t/ 60', 'raw t0 null 60']);
    expect(discarded.sort()).toEqual(['raw/README u3', 'raw/t/part-7 u0', 'raw/t/part-7 u1']);
    expect(logged).toContain(denied.message);
    await everythingCopied();
  });

  test('what a cancelled table has left of large objects is removed, by its worker or afterwards', async () => {
    source.put(objectRef('t/large', { size: 10_000 }));
    const left = {
      uploadId: 'u',
      partBytes: 5000,
      parts: [{ number: 1, bytes: 5000, sha256: '0'.repeat(64), etag: 'e' }],
    };
    const discarded: string[] = [];
    const removing: CopyEngine = {
      name: 'stream',
      copy: engine.copy.bind(engine),
      discard: ({ bucket, key, uploadId }) => {
        discarded.push(`${bucket}/${key} ${uploadId}`);
        return Promise.resolve({ ok: true, value: undefined });
      },
    };
    const controller = new AbortController();
    const interruptWith = (interruption: 'stopped' | 'cancelled'): CopyEngine => ({
      ...removing,
      copy: (tasks, options) => {
        engine.instead = async (task) => {
          if (task.source.key !== 't/large') return undefined;
          options.onPart?.(task, left);
          await delay(300);
          if (interruption === 'cancelled')
            valueOf(await advanceJob(state, await jobOf(state, jobId), { to: 'CANCELLED' }));
          controller.abort(new JobInterrupted(interruption));
          return { state: 'interrupted' };
        };
        return removing.copy(tasks, options);
      },
    });
    await expect(
      attempt({ savePartsSeconds: 0.1, engine: interruptWith('stopped') }, controller.signal),
    ).rejects.toThrow('stopped');
    expect(discarded).toEqual([]);
    const buckets = new Map([['acme-raw', 'raw']]);
    expect(await discardUploads(state, jobId, undefined, buckets)).toEqual({ found: 1, removed: 0, problems: [] });
    expect(await discardUploads(state, jobId, removing, buckets)).toEqual({ found: 1, removed: 1, problems: [] });
    expect(discarded.splice(0)).toEqual(['raw/t/large u']);

    const again = new AbortController();
    controller.abort = (reason) => {
      again.abort(reason);
    };
    await expect(attempt({ savePartsSeconds: 0.1, engine: interruptWith('cancelled') }, again.signal)).rejects.toThrow(
      JobInterrupted,
    );
    expect(discarded).toEqual(['raw/t/large u']);
  });

  test('a database that fails ends the attempt, and nothing is lost', async () => {
    let failed = false;
    const result = attempt({
      at: (point) => {
        if (point === 'save' && !failed && engine.copies.length > 20) {
          failed = true;
          return Promise.reject(new Error('the server closed the connection'));
        }
        return Promise.resolve();
      },
    });
    await expect(result).rejects.toThrow('closed the connection');
    expect(await attempt()).toEqual({ ok: true, value: undefined });
    await everythingCopied();
  });

  test('an engine that forgets objects does not end the job', async () => {
    const copy = engine.copy.bind(engine);
    engine.copy = async function* (tasks, options) {
      for await (const outcome of copy(tasks, options)) if (outcome.source.key !== 't/part-3') yield outcome;
    };
    expect(await attempt()).toMatchObject({
      error: { kind: 'retry', reason: 'The engine reported no outcome for some objects (1).' },
    });
  });
});
