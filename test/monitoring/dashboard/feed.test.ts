import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { Feed } from '../../../monitoring/dashboard/server/events/feed.js';
import type { FeedMessage, FeedOptions, Viewer } from '../../../monitoring/dashboard/server/events/feed.js';
import { addWaveMessages, appendValidationResults, readOnly } from '../../../state/index.js';
import type { State } from '../../../state/index.js';
import { advanceJob } from '../../../state/repositories/migration-jobs.js';
import type { JobStatus } from '../../../state/index.js';
import { jobOf, plannedJobs, until } from '../../support/jobs.js';
import { opened, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';

let engine: StateEngine;
let state: State;
let jobs: readonly string[];
const feeds: Feed[] = [];

beforeAll(async () => {
  engine = await startEngine('embedded');
  state = await opened(await engine.fresh());
  jobs = await plannedJobs(state, 3);
});
afterEach(() => {
  for (const feed of feeds.splice(0)) feed.close();
});
afterAll(async () => {
  await state.close();
  await engine.stop();
});

function newFeed(more: Partial<FeedOptions> = {}): { readonly feed: Feed; readonly reads: () => number } {
  let reads = 0;
  const feed = new Feed({
    pollMs: 20,
    read: (action) => {
      reads += 1;
      return readOnly(state, { timeoutMs: 5000 }, action);
    },
    onProblem: (problem) => {
      throw problem;
    },
    ...more,
  });
  feeds.push(feed);
  return { feed, reads: () => reads };
}

interface Watch {
  readonly messages: FeedMessage[];
  readonly viewer: Viewer;
}

function watch(): Watch {
  const messages: FeedMessage[] = [];
  return { messages, viewer: (sent) => messages.push(...sent) };
}

/** As `job fence status`, each once. */
function changesIn({ messages }: Watch): string[] {
  const texts = messages.flatMap((message) =>
    message.event === 'job' ? `${message.data.job} ${message.data.fence} ${message.data.status}` : [],
  );
  return [...new Set(texts)];
}

async function move(id: string | undefined, to: JobStatus): Promise<string> {
  const moved = await advanceJob(state, await jobOf(state, id ?? ''), { to });
  if (!moved.ok) throw new Error(moved.error[0]?.message);
  return `${moved.value.id} ${moved.value.fence} ${moved.value.status}`;
}

const arrived = (watching: Watch, ...changes: readonly string[]): Promise<true> =>
  until(() => (changes.every((each) => changesIn(watching).includes(each)) ? true : undefined));

test('every viewer gets every change, and the progress, from one read of the store', async () => {
  const { feed, reads } = newFeed();
  const viewers = Array.from({ length: 20 }, watch);
  for (const { viewer } of viewers) await feed.join(viewer, undefined);
  const change = await move(jobs[0], 'RUNNING');
  for (const each of viewers) await arrived(each, change);
  for (const each of viewers) {
    const progress = await until(() => each.messages.findLast(({ event }) => event === 'progress'));
    expect(progress).toMatchObject({ data: { runs: [{ jobs: { RUNNING: 1, PENDING: 2 } }] } });
  }
  const before = reads();
  await move(jobs[0], 'PAUSED');
  await until(() => (reads() > before + 2 ? true : undefined));
  expect(viewers.every(({ messages }) => messages.length < reads() * 4)).toBe(true);
});

test('who comes back is sent what was missed, also by a server that was started anew', async () => {
  const first = watch();
  const { feed } = newFeed();
  const leave = await feed.join(first.viewer, undefined);
  await arrived(first, await move(jobs[1], 'RUNNING'));
  leave();
  expect(feed.size).toBe(0);
  const lastId = first.messages.flatMap((message) => (message.event === 'job' ? message.id : [])).at(-1);

  const missed = [await move(jobs[1], 'PAUSED'), await move(jobs[1], 'PENDING')];
  for (const restarted of [feed, newFeed().feed]) {
    const again = watch();
    await restarted.join(again.viewer, lastId);
    expect(changesIn(again)).toEqual(expect.arrayContaining(missed));
    expect(again.messages.some(({ event }) => event === 'reset')).toBe(false);
  }
});

test('without an id, or with one that is not of this feed, a viewer is told to read everything', async () => {
  for (const id of [undefined, "'; DROP TABLE tables; --", '2026-99-99T00:00:00.000Z', '0000-01-01T00:00:00.000Z']) {
    const viewer = watch();
    await newFeed().feed.join(viewer.viewer, id);
    expect(viewer.messages[0]).toMatchObject({ event: 'reset' });
  }
});

test('viewers are told when validations or machines have changed, and who comes back may have missed it', async () => {
  const { feed } = newFeed();
  const watching = watch();
  const topicsIn = ({ messages }: Watch): readonly string[] =>
    messages.flatMap((message) => (message.event === 'changed' ? [message.data.join(' ')] : []));
  const leave = await feed.join(watching.viewer, undefined);
  // The first read cannot know what was before.
  await until(() => (topicsIn(watching).includes('jobs validations waves') ? true : undefined));
  await addWaveMessages(state, ['{}']);
  await until(() => (topicsIn(watching).at(-1) === 'waves' ? true : undefined));
  const result = { migration_job_id: jobs[0] ?? '', validation_type: 'row_count', status: 'passed' } as const;
  await appendValidationResults(state, [
    { ...result, source_value: '1', target_value: '1', difference: null, details: null },
  ]);
  await until(() => (topicsIn(watching).at(-1) === 'validations' ? true : undefined));
  expect(topicsIn(watching)).toEqual(['jobs validations waves', 'waves', 'validations']);
  const again = watch();
  await feed.join(again.viewer, new Date().toISOString());
  expect(topicsIn(again)).toEqual(['jobs validations waves']);
  leave();
});

test('a store that cannot be read is told once, and again after it was read', async () => {
  const problems: string[] = [];
  let failures = 0;
  let reads = 0;
  const { feed } = newFeed({
    onProblem: (problem) => problems.push((problem as Error).message),
    read: (action) => {
      reads += 1;
      if (failures === 0) return readOnly(state, { timeoutMs: 5000 }, action);
      failures -= 1;
      return Promise.reject(new Error('the server closed the connection'));
    },
  });
  const watching = watch();
  const reread = (): number => watching.messages.filter(({ event }) => event === 'changed').length;
  await feed.join(watching.viewer, undefined);
  await until(() => (reread() === 1 ? true : undefined));
  for (let outage = 1; outage <= 2; outage += 1) {
    failures = 3;
    const before = reads;
    await until(() => (failures === 0 && reads > before + 4 ? true : undefined));
    expect(problems).toEqual(Array.from({ length: outage }, () => 'the server closed the connection'));
  }
  // What could not be read meanwhile is read again, though nothing has changed.
  expect(reread()).toBe(3);
});

test('nothing is read while nobody listens', async () => {
  const { feed, reads } = newFeed();
  const viewer = watch();
  const leave = await feed.join(viewer.viewer, undefined);
  await until(() => (reads() > 1 ? true : undefined));
  leave();
  await until(() => (feed.size === 0 ? true : undefined));
  const other = newFeed();
  await other.feed.join(watch().viewer, undefined);
  const quiet = reads();
  // The other feed polls meanwhile; the one that was left has at most a read under way.
  await until(() => (other.reads() > 5 ? true : undefined));
  expect(reads()).toBeLessThanOrEqual(quiet + 1);
});

test('after more changes at once than are sent, viewers read everything, twice, and are sent what comes then', async () => {
  const { feed } = newFeed({ lateMs: 500 });
  const watching = watch();
  await feed.join(watching.viewer, undefined);
  await until(() => watching.messages.find(({ event }) => event === 'progress'));
  const before = changesIn(watching);
  await sql`
    INSERT INTO migration_job_events (migration_job_id, fence, assessment_id, status)
    SELECT id, 1000 + number, assessment_id, 'RUNNING' FROM migration_jobs, generate_series(1, 5000) number
    WHERE id = ${jobs[2]}`.execute(state.db);
  // The second time for what was committed while they read.
  await until(() => (watching.messages.filter(({ event }) => event === 'reset').length === 3 ? true : undefined));
  expect(changesIn(watching)).toEqual(before);
  await arrived(watching, await move(jobs[0], 'PENDING'));
  expect(watching.messages.filter(({ event }) => event === 'reset')).toHaveLength(3);
});

test('a viewer whose missed changes cannot be read is not kept', async () => {
  const { feed } = newFeed({ read: () => Promise.reject(new Error('the server closed the connection')) });
  const missed = feed.join(watch().viewer, '2026-11-29T10:00:00.000Z');
  await expect(missed).rejects.toThrow('closed the connection');
  expect(feed.size).toBe(0);
});

test('who comes while the store is read for somebody who left does not have it read twice as often', async () => {
  let release: () => void = () => undefined;
  let reading = 0;
  let reads = 0;
  let most = 0;
  const { feed } = newFeed({
    read: async (action) => {
      reading += 1;
      reads += 1;
      most = Math.max(most, reading);
      await new Promise<void>((resolve) => (release = resolve));
      reading -= 1;
      return await readOnly(state, { timeoutMs: 5000 }, action);
    },
  });
  const leave = await feed.join(watch().viewer, undefined);
  await until(() => (reads === 1 ? true : undefined));
  leave();
  await feed.join(watch().viewer, undefined);
  for (let read = 0; read < 10; read += 1) {
    const before = reads;
    release();
    await until(() => (reads > before ? true : undefined));
  }
  expect(most).toBe(1);
});
