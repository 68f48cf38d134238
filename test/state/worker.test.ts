import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import type { PgBoss } from 'pg-boss';
import { setTimeout as delay } from 'node:timers/promises';
import { fail, ok } from '../../core/result.js';
import { enqueueJobs, JobInterrupted, nextAttempts, openQueue, runWorker, steerJob } from '../../state/index.js';
import type { JobContext, JobHandler, State, WorkerEvent, WorkerOptions, WorkerOutcome } from '../../state/index.js';
import { attempt } from '../../state/queue/attempt.js';
import { defaultRetryPolicy } from '../../state/queue/failure.js';
import { claimTickets } from '../../state/queue/ticket.js';
import type { Checkpoint } from '../../state/repositories/job-progress.js';
import { enqueuedJobs, expireLeases, jobOf, plannedJobs, ticketsOf, until } from '../support/jobs.js';
import { problemOf, valueOf } from '../support/pages.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

jest.setTimeout(60_000);

const progress = (overrides: Partial<Checkpoint> = {}): Checkpoint => ({
  part: 'table',
  phase: 'copy',
  bytesTotal: null,
  bytesDone: 0,
  filesTotal: null,
  filesDone: 0,
  rowsTotal: null,
  rowsDone: 0,
  checkpoint: null,
  ...overrides,
});

interface RunningWorker {
  readonly events: readonly WorkerEvent[];
  /** How the attempts ended so far, in order. */
  ends(): string[];
  stop(): Promise<WorkerOutcome>;
}

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let state: State;
  let boss: PgBoss;
  const problems: Error[] = [];
  const workers: RunningWorker[] = [];
  let queue = '';
  let queues = 0;

  beforeAll(async () => {
    engine = await startEngine(name);
    state = await opened(await engine.fresh());
  });
  beforeEach(async () => {
    // Each test has its own queue.
    queue = `tables-${(queues += 1)}`;
    boss = await openQueue(state, {
      queues: [queue],
      supervise: false,
      heartbeatSeconds: 10,
      onProblem: (problem) => problems.push(problem),
    });
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.stop();
    await boss.stop({ graceful: false });
    expect(problems.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await state.close();
    await engine.stop();
  });

  function work(handler: JobHandler, overrides: Partial<WorkerOptions> = {}): RunningWorker {
    const controller = new AbortController();
    const events: WorkerEvent[] = [];
    const { times, ...others } = overrides;
    const done = runWorker(state, {
      handlers: { [queue]: handler },
      signal: controller.signal,
      retry: { limit: 3, delaySeconds: 0.1, maxDelaySeconds: 1 },
      onProblem: (problem) => problems.push(problem),
      onEvent: (event) => events.push(event),
      ...others,
      times: { pollSeconds: 0.1, watchSeconds: 0.1, graceSeconds: 20, monitorIntervalSeconds: 1, ...times },
    });
    const worker = {
      events,
      ends: () => events.flatMap((event) => (event.kind === 'ended' ? [event.end] : [])),
      stop: () => {
        controller.abort();
        return done;
      },
    };
    workers.push(worker);
    return worker;
  }
  const status = async (id: string, wanted: string): Promise<void> => {
    await until(async () => ((await jobOf(state, id)).status === wanted ? true : undefined));
  };
  const oneJob = async (): Promise<string> => (await enqueuedJobs(state, boss, queue, 1))[0] ?? '';
  const steer = async (id: string, how: 'pause' | 'resume' | 'retry' | 'cancel') => steerJob(state, boss, id, how);

  test('a job is taken with its work order, reports, and completes together with its ticket', async () => {
    const id = await oneJob();
    const seen: object[] = [];
    const worker = work(async ({ job, payload, parts, checkpoint, log }) => {
      seen.push({ id: job.id, status: job.status, payload, parts: parts.size });
      log('copying');
      await checkpoint(progress({ bytesDone: 7 }));
      return ok(undefined);
    });
    await status(id, 'COMPLETED');
    expect(await worker.stop()).toEqual({ ended: { completed: 1 }, abandoned: 0 });
    expect(seen).toEqual([{ id, status: 'RUNNING', payload: { table: 'table_0' }, parts: 0 }]);
    expect(await jobOf(state, id)).toMatchObject({ bytes_copied: 7, failures: 0, error_message: null });
    expect(await ticketsOf(state, id)).toEqual(['completed']);
    expect(worker.events).toMatchObject([
      { kind: 'ready' },
      { kind: 'began', job: { id }, queue },
      { kind: 'message', jobId: id, message: 'copying' },
      { kind: 'checkpoint', jobId: id, part: 'table', phase: 'copy' },
      { kind: 'ended', jobId: id, end: 'completed' },
    ]);
  });

  test('each queue has its handler, and a worker runs so many jobs at a time', async () => {
    const other = `${queue}-views`;
    const both = await openQueue(state, {
      queues: [other],
      supervise: false,
      onProblem: (problem) => problems.push(problem),
    });
    const ids = [...(await enqueuedJobs(state, boss, queue, 5)), ...(await enqueuedJobs(state, both, other, 5))];
    await both.stop({ graceful: false });
    const did: string[] = [];
    let now = 0;
    let most = 0;
    const handle =
      (what: string): JobHandler =>
      async ({ job }) => {
        now += 1;
        most = Math.max(most, now);
        // However slowly they are taken, so many are at work together; one more would show.
        await until(() => (most >= 3 ? true : undefined));
        await delay(50);
        did.push(`${what} ${job.id}`);
        now -= 1;
        return ok(undefined);
      };
    work(() => Promise.reject(new Error('not this one')), {
      handlers: { [queue]: handle('table'), [other]: handle('view') },
      concurrency: 3,
    });
    for (const id of ids) await status(id, 'COMPLETED');
    expect(did.sort()).toEqual(ids.map((id, index) => `${index < 5 ? 'table' : 'view'} ${id}`).sort());
    expect(most).toBe(3);
  });

  test('enqueuing the same jobs again, by many at once, changes nothing', async () => {
    const ids = await plannedJobs(state, 3);
    const enqueue = async (table: string): Promise<readonly string[]> =>
      enqueueJobs(
        state,
        boss,
        queue,
        ids.map((jobId) => ({ jobId, payload: { table } })),
      );
    const answers = [await enqueue('first'), ...(await Promise.all([enqueue('second'), enqueue('third')]))];
    expect(answers).toEqual([[...ids].sort(), [], []].map((each) => expect.arrayContaining(each) as unknown));
    const payloads: object[] = [];
    work(({ payload }) => {
      payloads.push(payload);
      return Promise.resolve(ok(undefined));
    });
    for (const id of ids) {
      await status(id, 'COMPLETED');
      expect(await ticketsOf(state, id)).toEqual(['completed']);
    }
    expect(payloads).toEqual([{ table: 'first' }, { table: 'first' }, { table: 'first' }]);
    expect(await enqueue('after')).toEqual([]);
  });

  test('an enqueuing that fails leaves neither work order nor ticket', async () => {
    const [id = ''] = await plannedJobs(state, 1);
    await sql`ALTER TABLE pgboss.job_common ADD CONSTRAINT full_disk CHECK (singleton_key <> ${sql.lit(id)})`.execute(
      state.db,
    );
    const orders = [{ jobId: id, payload: {} }];
    await expect(enqueueJobs(state, boss, queue, orders)).rejects.toThrow('full_disk');
    await sql`ALTER TABLE pgboss.job_common DROP CONSTRAINT full_disk`.execute(state.db);
    await expect(enqueueJobs(state, boss, 'no-such-queue', orders)).rejects.toThrow('no-such-queue');
    expect(await ticketsOf(state, id)).toEqual([]);
    expect(await enqueueJobs(state, boss, queue, orders)).toEqual([id]);
  });

  test('a job whose ticket was deleted is found when a worker starts', async () => {
    const [waiting = '', planned = ''] = await plannedJobs(state, 2);
    await enqueueJobs(state, boss, queue, [{ jobId: waiting, payload: {} }]);
    await sql`DELETE FROM pgboss.job WHERE name = ${queue}`.execute(state.db);
    work(() => Promise.resolve(ok(undefined)));
    await status(waiting, 'COMPLETED');
    expect(await jobOf(state, planned)).toMatchObject({ status: 'PENDING' });
  });

  test('a failure of the kind retry is tried again, and the job shows the last one meanwhile', async () => {
    const id = await oneJob();
    let attempts = 0;
    const shown: (string | null)[] = [];
    const worker = work(async ({ job }) => {
      attempts += 1;
      shown.push((await jobOf(state, job.id)).error_message);
      if (attempts === 1) throw new TypeError('fetch failed', { cause: new Error('password=hunter2 was refused') });
      return attempts === 2 ? fail({ kind: 'retry', reason: 'the target is busy' }) : ok(undefined);
    });
    await status(id, 'COMPLETED');
    await until(() => (worker.ends().length === 3 ? true : undefined));
    expect(worker.ends()).toEqual(['retried', 'retried', 'completed']);
    expect(shown).toEqual([null, null, null]);
    expect(await jobOf(state, id)).toMatchObject({ failures: 2, error_message: null });
  });

  test('failures in a row are counted up to the limit, and credentials in them are masked', async () => {
    const id = await oneJob();
    let attempts = 0;
    work(() => {
      attempts += 1;
      return Promise.reject(new Error('refused', { cause: new Error('https://me:hunter2@target/ answered 403') }));
    });
    await status(id, 'FAILED');
    expect(attempts).toBe(3);
    expect(await jobOf(state, id)).toMatchObject({
      failures: 3,
      error_message: 'refused\n  caused by https://[redacted]@target/ answered 403',
    });
    expect(await ticketsOf(state, id)).toEqual(['completed']);
  });

  test('a part that reaches its next phase ends a series of failures', async () => {
    const id = await oneJob();
    const phases = ['copy', 'convert', 'register'];
    let attempts = 0;
    work(async ({ parts, checkpoint }) => {
      attempts += 1;
      const phase = phases[phases.indexOf(parts.get('table')?.phase ?? '') + 1];
      if (phase === undefined) return ok(undefined);
      if (attempts % 2 === 0) await checkpoint(progress({ phase }));
      throw new Error(`attempt ${attempts}`);
    });
    // Every second attempt reaches a phase and then fails, so that three never fail in a row.
    await status(id, 'COMPLETED');
    expect(attempts).toBe(7);
  });

  test('files that are done end a series of failures, so that long work may lose its worker often', async () => {
    const id = await oneJob();
    let attempts = 0;
    work(async ({ parts, checkpoint }) => {
      attempts += 1;
      const done = parts.get('table')?.files_done ?? 0;
      if (done === 4) return ok(undefined);
      if (attempts % 2 === 0) await checkpoint(progress({ phase: 'copy', filesDone: done + 1 }));
      throw new Error(`attempt ${attempts}`);
    });
    await status(id, 'COMPLETED');
    expect(attempts).toBe(9);
  });

  test('so does a step that figures do not show, such as a page of a listing', async () => {
    const id = await oneJob();
    let attempts = 0;
    work(async ({ parts, checkpoint }) => {
      attempts += 1;
      const pages = (parts.get('table')?.checkpoint as { readonly pages: number } | undefined)?.pages ?? 0;
      if (pages === 4) return ok(undefined);
      const done = progress({ phase: 'list', filesDone: 0 });
      if (attempts % 2 === 0) await checkpoint({ ...done, cameFurther: true, checkpoint: { pages: pages + 1 } });
      throw new Error(`attempt ${attempts}`);
    });
    await status(id, 'COMPLETED');
    expect(attempts).toBe(9);
  });

  test('a failure of the kind stop ends the job at once', async () => {
    const id = await oneJob();
    const worker = work(() => Promise.resolve(fail({ kind: 'stop', reason: 'The bucket is gone.' })));
    await status(id, 'FAILED');
    await until(() => (worker.ends().length === 1 ? true : undefined));
    expect(worker.events.at(-1)).toEqual({ kind: 'ended', jobId: id, end: 'failed', reason: 'The bucket is gone.' });
    expect(await jobOf(state, id)).toMatchObject({ error_message: 'The bucket is gone.', failures: 1 });
  });

  test('a failure of the kind block waits for a person, with its reason, and continues from the checkpoint', async () => {
    const id = await oneJob();
    const begun: (string | undefined)[] = [];
    const worker = work(async ({ parts, checkpoint }) => {
      begun.push(parts.get('table')?.phase);
      if (parts.size > 0) return ok(undefined);
      await checkpoint(progress({ phase: 'copied' }));
      return fail({ kind: 'block', reason: 'The KMS key must be shared.' });
    });
    await status(id, 'PAUSED');
    expect(await jobOf(state, id)).toMatchObject({ error_message: 'The KMS key must be shared.' });
    await until(() => (worker.ends().length === 1 ? true : undefined));
    expect(worker.ends()).toEqual(['blocked']);
    expect(await ticketsOf(state, id)).toEqual(['completed']);
    valueOf(await steer(id, 'resume'));
    await status(id, 'COMPLETED');
    expect(begun).toEqual([undefined, 'copied']);
  });

  test('a job that is paused while it runs ends at its next checkpoint, which is stored, and continues from there', async () => {
    const id = await oneJob();
    let paused = false;
    const phases: string[] = [];
    const worker = work(async ({ parts, checkpoint, signal }) => {
      for (const phase of ['copy', 'convert', 'register']) {
        if (phase <= (parts.get('table')?.phase ?? '')) continue;
        phases.push(phase);
        if (phase === 'copy') {
          valueOf(await steer(id, 'pause'));
          paused = true;
        }
        expect(signal.aborted).toBe(false);
        await checkpoint(progress({ phase, bytesDone: phases.length }));
      }
      return ok(undefined);
    });
    await until(() => (paused && worker.ends().length === 1 ? true : undefined));
    expect(worker.ends()).toEqual(['paused']);
    expect(await jobOf(state, id)).toMatchObject({ status: 'PAUSED', bytes_copied: 1, error_message: null });
    expect(await ticketsOf(state, id)).toEqual(['completed']);
    valueOf(await steer(id, 'resume'));
    await status(id, 'COMPLETED');
    expect(phases).toEqual(['copy', 'register']);
  });

  test('a paused job whose handler reaches no checkpoint is aborted when the grace period ends', async () => {
    const id = await oneJob();
    const context = Promise.withResolvers<JobContext>();
    const worker = work(
      async (job) => {
        context.resolve(job);
        await aborted(job.signal);
        return ok(undefined);
      },
      { times: { graceSeconds: 0.3 } },
    );
    const { signal } = await context.promise;
    valueOf(await steer(id, 'pause'));
    await until(() => (worker.ends().length === 1 ? true : undefined));
    expect(worker.ends()).toEqual(['paused']);
    expect(signal.reason).toEqual(new JobInterrupted('paused'));
    expect(await jobOf(state, id)).toMatchObject({ status: 'PAUSED', failures: 0 });
  });

  test('a job that is resumed while its handler still winds down is run again, not lost', async () => {
    const id = await oneJob();
    let attempts = 0;
    const first = Promise.withResolvers<JobContext>();
    const windDown = Promise.withResolvers<undefined>();
    const worker = work(
      async (job) => {
        attempts += 1;
        if (attempts > 1) return ok(undefined);
        first.resolve(job);
        await aborted(job.signal);
        await windDown.promise;
        throw job.signal.reason;
      },
      { concurrency: 2 },
    );
    await first.promise;
    valueOf(await steer(id, 'pause'));
    valueOf(await steer(id, 'resume'));
    await aborted((await first.promise).signal);
    await delay(300);
    expect(attempts).toBe(1);
    windDown.resolve(undefined);
    await status(id, 'COMPLETED');
    await until(() => (worker.ends().length === 2 ? true : undefined));
    expect(worker.ends()).toEqual(['lost', 'completed']);
    expect(await jobOf(state, id)).toMatchObject({ failures: 0 });
  });

  test('a job that waits can be paused and cancelled: no worker takes it', async () => {
    const [paused = '', cancelled = '', last = ''] = await enqueuedJobs(state, boss, queue, 3);
    valueOf(await steer(paused, 'pause'));
    valueOf(await steer(cancelled, 'cancel'));
    expect([await ticketsOf(state, paused), await ticketsOf(state, cancelled)]).toEqual([['cancelled'], ['cancelled']]);
    const taken: string[] = [];
    work(({ job }) => {
      taken.push(job.id);
      return Promise.resolve(ok(undefined));
    });
    await status(last, 'COMPLETED');
    expect(taken).toEqual([last]);
    valueOf(await steer(paused, 'resume'));
    valueOf(await steer(cancelled, 'retry'));
    await status(paused, 'COMPLETED');
    await status(cancelled, 'COMPLETED');
  });

  test('a job that waits for its next attempt shows its time, and is due now when it is retried', async () => {
    const id = await oneJob();
    let attempts = 0;
    const worker = work(
      () => {
        attempts += 1;
        return Promise.resolve(attempts === 1 ? fail({ kind: 'retry', reason: 'busy' }) : ok(undefined));
      },
      { retry: { limit: 3, delaySeconds: 3000, maxDelaySeconds: 3000 } },
    );
    await until(() => (worker.ends().length === 1 ? true : undefined));
    const wait = (await nextAttempts(state, queue, [id])).get(id) ?? 0;
    expect(wait).toBeGreaterThan(60);
    expect(wait).toBeLessThanOrEqual(3000);
    expect(valueOf(await steer(id, 'retry'))).toMatchObject({ id, status: 'PENDING' });
    await status(id, 'COMPLETED');
    expect(await nextAttempts(state, queue, [id])).toEqual(new Map());
    expect(await ticketsOf(state, id)).toEqual(['completed']);
  });

  test('a job that a worker may take already cannot be retried', async () => {
    const id = await oneJob();
    expect(problemOf(await steer(id, 'retry'))).toMatchObject({
      code: 'job-status',
      message: 'The job is already waiting for a worker; there is nothing to retry.',
    });
    expect(await nextAttempts(state, queue, [id])).toEqual(new Map());
  });

  test('a job that is cancelled while it runs is aborted at once and writes nothing more', async () => {
    const id = await oneJob();
    const context = Promise.withResolvers<JobContext>();
    const written = Promise.withResolvers<unknown>();
    const worker = work(async (job) => {
      context.resolve(job);
      await aborted(job.signal);
      await job.checkpoint(progress({ bytesDone: 9 })).catch((error: unknown) => {
        written.resolve(error);
        throw error;
      });
      return ok(undefined);
    });
    await context.promise;
    valueOf(await steer(id, 'cancel'));
    expect(await written.promise).toEqual(new JobInterrupted('cancelled'));
    await until(() => (worker.ends().length === 1 ? true : undefined));
    expect(worker.ends()).toEqual(['cancelled']);
    expect(await jobOf(state, id)).toMatchObject({ status: 'CANCELLED', bytes_copied: 0 });
    expect(await ticketsOf(state, id)).toEqual(['completed']);
  });

  test('steering that a job’s status does not allow is refused, with the status', async () => {
    const id = await oneJob();
    expect(problemOf(await steer(id, 'resume'))).toMatchObject({
      code: 'job-status',
      message: 'The job is waiting; only a job that is paused can be resumed.',
    });
    for (const unknown of ['00000000-0000-4000-8000-000000000000', 'x', '', `${id}0`])
      expect(problemOf(await steer(unknown, 'pause')).code).toBe('no-such-job');
    valueOf(await steer(id, 'cancel'));
    expect(problemOf(await steer(id, 'pause')).code).toBe('job-status');
  });

  test('a worker that is to stop gives its job back at the next checkpoint, for another to take from there', async () => {
    const id = await oneJob();
    const context = Promise.withResolvers<JobContext>();
    const go = Promise.withResolvers<undefined>();
    const first = work(async (job) => {
      context.resolve(job);
      await go.promise;
      await job.checkpoint(progress({ phase: 'copied' }));
      throw new Error('the handler went on after the checkpoint');
    });
    await context.promise;
    const stopped = first.stop();
    go.resolve(undefined);
    expect(await stopped).toEqual({ ended: { 'given-back': 1 }, abandoned: 0 });
    expect(await jobOf(state, id)).toMatchObject({ status: 'PENDING', failures: 0, error_message: null });
    expect(await ticketsOf(state, id)).toEqual(['created']);
    const begun: (string | undefined)[] = [];
    work(({ parts }) => {
      begun.push(parts.get('table')?.phase);
      return Promise.resolve(ok(undefined));
    });
    await status(id, 'COMPLETED');
    expect(begun).toEqual(['copied']);
  });

  test('a handler that does not end is abandoned; its job is given to another when the lease has ended', async () => {
    const id = await oneJob();
    const context = Promise.withResolvers<JobContext>();
    const first = work(
      async (job) => {
        context.resolve(job);
        return new Promise(() => undefined);
      },
      { times: { graceSeconds: 0.2 } },
    );
    const { signal } = await context.promise;
    expect(await first.stop()).toEqual({ ended: {}, abandoned: 1 });
    expect(signal.reason).toEqual(new JobInterrupted('stopped'));
    expect(await ticketsOf(state, id)).toEqual(['active']);
    await expireLeases(state);
    work(() => Promise.resolve(ok(undefined)));
    await status(id, 'COMPLETED');
    expect(await jobOf(state, id)).toMatchObject({ failures: 1 });
  });

  test('a handler whose lease has ended is aborted and cannot write; the next one takes over from the checkpoint', async () => {
    const id = await oneJob();
    const attempts: JobContext[] = [];
    const late = Promise.withResolvers<unknown>();
    const worker = work(
      async (job) => {
        attempts.push(job);
        if (attempts.length > 1) {
          expect(job.parts.get('table')?.phase).toBe('copied');
          await job.checkpoint(progress({ phase: 'converted', bytesDone: 5 }));
          return ok(undefined);
        }
        await job.checkpoint(progress({ phase: 'copied', bytesDone: 1 }));
        await expireLeases(state);
        await until(() => (attempts.length > 1 ? true : undefined));
        await status(id, 'COMPLETED');
        await job.checkpoint(progress({ phase: 'late', bytesDone: 99 })).catch((error: unknown) => {
          late.resolve(error);
          throw error;
        });
        return ok(undefined);
      },
      { concurrency: 2 },
    );
    expect(await late.promise).toEqual(new JobInterrupted('lost'));
    expect(attempts[0]?.signal.reason).toEqual(new JobInterrupted('lost'));
    await until(() => (worker.ends().length === 2 ? true : undefined));
    expect(worker.ends()).toEqual(['completed', 'lost']);
    expect(await jobOf(state, id)).toMatchObject({ status: 'COMPLETED', bytes_copied: 5 });
    expect(await ticketsOf(state, id)).toEqual(['completed']);
  });

  test('what a failed handler left running is aborted before the next attempt, and its checkpoints are refused', async () => {
    const id = await oneJob();
    const left = Promise.withResolvers<unknown>();
    let attempts = 0;
    let abortedBefore: boolean | undefined;
    let first: JobContext | undefined;
    const worker = work(async (job) => {
      attempts += 1;
      if (attempts > 1) {
        abortedBefore = first?.signal.aborted;
        return ok(undefined);
      }
      first = job;
      const part = async (): Promise<void> => {
        await until(() => (attempts > 1 ? true : undefined));
        await job.checkpoint(progress({ phase: 'late', bytesDone: 9 })).then(left.resolve, left.resolve);
      };
      await Promise.all([part(), Promise.reject(new Error('the other part failed'))]);
      return ok(undefined);
    });
    expect(await left.promise).toEqual(new JobInterrupted('lost'));
    await until(() => (worker.ends().length === 2 ? true : undefined));
    expect(worker.ends()).toEqual(['retried', 'completed']);
    expect(abortedBefore).toBe(true);
    expect(first?.signal.reason).toEqual(new JobInterrupted('lost'));
    expect(await jobOf(state, id)).toMatchObject({ status: 'COMPLETED', bytes_copied: 0 });
  });

  test.each([
    ['completed', ok(undefined)],
    ['blocked', fail({ kind: 'block' as const, reason: 'A person must look.' })],
  ])('a checkpoint of a job that has %s is refused', async (end, outcome) => {
    const id = await oneJob();
    const context = Promise.withResolvers<JobContext>();
    const worker = work((job) => {
      context.resolve(job);
      return Promise.resolve(outcome);
    });
    const { checkpoint } = await context.promise;
    await until(() => (worker.ends().length === 1 ? true : undefined));
    expect(worker.ends()).toEqual([end]);
    await expect(checkpoint(progress({ bytesDone: 9 }))).rejects.toEqual(new JobInterrupted('lost'));
    expect(await jobOf(state, id)).toMatchObject({ bytes_copied: 0 });
  });

  test.each([
    undefined,
    { ok: false },
    { ok: false, error: { kind: 'retry' } },
    { ok: false, error: { kind: 'stop', reason: new Error('x') } },
    { ok: false, error: { kind: 'maybe', reason: 'x' } },
  ])('a handler that returns %j fails its job with a reason that names the queue', async (returned) => {
    const id = await oneJob();
    work(() => Promise.resolve(returned as unknown as ReturnType<typeof ok<void>>));
    await status(id, 'FAILED');
    expect((await jobOf(state, id)).error_message).toContain(`The handler of the queue '${queue}' returned `);
    expect(await ticketsOf(state, id)).toEqual(['completed']);
  });

  test('an observer that throws disturbs no job', async () => {
    const id = await oneJob();
    const reported: string[] = [];
    const worker = work(() => Promise.resolve(ok(undefined)), {
      onEvent: ({ kind }) => {
        throw new Error(`about ${kind}`);
      },
      onProblem: ({ message }) => {
        reported.push(message);
        throw new Error('and again');
      },
    });
    await status(id, 'COMPLETED');
    expect(await worker.stop()).toEqual({ ended: { completed: 1 }, abandoned: 0 });
    expect(reported).toEqual(['about ready', 'about began', 'about ended']);
  });

  test.each(['x\0', '\ud800'])(
    'the text %j, which cannot be stored, is refused with the job or part named',
    async (text) => {
      const [good = '', bad = ''] = await plannedJobs(state, 2);
      const orders = (payload: object): { jobId: string; payload: object }[] => [
        { jobId: good, payload: { sql: String.raw`'\u0000'` } },
        { jobId: bad, payload },
        { jobId: 'not-a-uuid', payload: {} },
      ];
      for (const payload of [{ sql: text }, { [text]: 1 }])
        await expect(enqueueJobs(state, boss, queue, orders(payload))).rejects.toThrow(
          `The payload of the job ${bad} `,
        );
      expect(await ticketsOf(state, good)).toEqual([]);
      expect([...(await enqueueJobs(state, boss, queue, orders({})))].sort()).toEqual([good, bad].sort());
      let attempts = 0;
      work(async ({ job, checkpoint }) => {
        if (job.id === good) return ok(undefined);
        attempts += 1;
        await checkpoint(progress({ checkpoint: { key: text } }));
        return ok(undefined);
      });
      await status(good, 'COMPLETED');
      await status(bad, 'FAILED');
      expect((await jobOf(state, bad)).error_message).toContain("The checkpoint of the part 'table' contains NUL");
      expect(attempts).toBe(1);
    },
  );

  test('a job that kills its workers fails in the end', async () => {
    const id = await oneJob();
    let attempts = 0;
    const worker = work(
      async ({ signal }) => {
        attempts += 1;
        await expireLeases(state);
        await aborted(signal);
        // The process is gone: nothing is settled.
        return new Promise(() => undefined);
      },
      { concurrency: 4, times: { graceSeconds: 0.1 } },
    );
    await status(id, 'FAILED');
    expect(attempts).toBe(3);
    expect(await jobOf(state, id)).toMatchObject({
      error_message: expect.stringContaining('sent no heartbeat in time'),
    });
    expect(await worker.stop()).toMatchObject({ ended: { failed: 1 }, abandoned: 3 });
  });

  test('a worker that was frozen between its claim and its job does not take the job from the next one', async () => {
    const id = await oneJob();
    const claimedAt = performance.now();
    const [stale] = await claimTickets(boss, queue, 1);
    if (stale === undefined) throw new Error('no ticket');
    await expireLeases(state);
    const running = Promise.withResolvers<JobContext>();
    const go = Promise.withResolvers<undefined>();
    const worker = work(async (job) => {
      running.resolve(job);
      await go.promise;
      await job.checkpoint(progress());
      return ok(undefined);
    });
    await running.promise;
    const thawed = await attempt(
      {
        state,
        boss,
        handler: () => Promise.reject(new Error('two workers have the job')),
        retry: defaultRetryPolicy,
        waitingSince: new Map(),
        watchSeconds: 1,
        graceSeconds: 1,
        stop: new AbortController().signal,
        abandon: new AbortController().signal,
        onProblem: (problem) => problems.push(problem),
        onEvent: () => undefined,
      },
      stale,
      claimedAt,
    );
    expect(thawed).toBe('passed-over');
    go.resolve(undefined);
    await status(id, 'COMPLETED');
    await until(() => (worker.ends().length === 1 ? true : undefined));
    expect(worker.ends()).toEqual(['completed']);
  });
});

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted)
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
}
