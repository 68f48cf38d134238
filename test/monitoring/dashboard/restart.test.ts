import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { JobStatus, State } from '../../../state/index.js';
import { advanceJob } from '../../../state/repositories/migration-jobs.js';
import { serveDashboard, sessionCookie } from '../../support/dashboard.js';
import type { ServedDashboard } from '../../support/dashboard.js';
import { EventViewer } from '../../support/event-viewer.js';
import { jobOf, plannedJobs, until } from '../../support/jobs.js';
import { valueOf } from '../../support/pages.js';
import { opened, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';

let engine: StateEngine;
let state: State;
let app: ServedDashboard;
beforeAll(async () => {
  engine = await startEngine('embedded');
  state = await opened(await engine.fresh());
  app = await serveDashboard(state);
});
afterAll(async () => {
  await app.close();
  await state.close();
  await engine.stop();
});

const round: readonly JobStatus[] = ['RUNNING', 'PAUSED', 'PENDING'];

test('viewers who were cut off by restarts were told of every change in the end', async () => {
  const jobs = await plannedJobs(state, 4);
  const changes: string[] = [];
  const change = async (): Promise<void> => {
    for (const id of jobs)
      for (const to of round) {
        const moved = valueOf(await advanceJob(state, await jobOf(state, id), { to }));
        changes.push(`${moved.id} ${moved.fence}`);
      }
  };
  const port = Number(new URL(app.origin).port);
  const viewers = Array.from({ length: 10 }, () => new EventViewer(app.origin));
  await until(() => (viewers.every(({ messages }) => messages.length > 0) ? true : undefined));
  for (let restart = 1; restart <= 3; restart += 1) {
    await change();
    await app.close();
    await change();
    app = await serveDashboard(state, {}, port);
    const changing = change();
    await until(() => (viewers.every(({ connections }) => connections > restart) ? true : undefined));
    await changing;
  }
  for (const viewer of viewers)
    await until(() => (changes.every((each) => viewer.changes.has(each)) ? true : undefined));
  await Promise.all(viewers.map((viewer) => viewer.close()));
  expect(new Set(changes).size).toBe(3 * 3 * jobs.length * round.length);
  // None was told to read everything anew after it was cut off: it went on where it was.
  for (const { messages } of viewers) expect(messages.filter(({ event }) => event === 'reset')).toHaveLength(1);
}, 120_000);

test('a viewer that missed thousands of changes with long reasons is sent all of them at once', async () => {
  const [job] = await plannedJobs(state, 1);
  const missed = 4000;
  await sql`
    INSERT INTO migration_job_events (migration_job_id, fence, assessment_id, status, error_message)
    SELECT id, 1000 + number, assessment_id, 'RUNNING', repeat('long ', 200)
    FROM migration_jobs, generate_series(1, ${missed}) number WHERE id = ${job}`.execute(state.db);
  const leave = new AbortController();
  const response = await fetch(`${app.origin}/api/events`, {
    signal: leave.signal,
    headers: { cookie: sessionCookie('viewer'), 'last-event-id': new Date().toISOString() },
  });
  const fences = new Set<string>();
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) {
      const [, fence] = new RegExp(`"job":"${job}","fence":(\\d+)`).exec(frame) ?? [];
      if (fence !== undefined) fences.add(fence);
    }
    if (fences.size >= missed) break;
  }
  leave.abort();
  expect(fences.size).toBe(missed);
});
