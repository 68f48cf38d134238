import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startChromium } from '../../../environments/dashboard/chromium.js';
import type { JobStatus, State } from '../../../state/index.js';
import { advanceJob } from '../../../state/repositories/migration-jobs.js';
import { signIn, startDashboardProcess } from '../../support/dashboard-process.js';
import type { DashboardProcess } from '../../support/dashboard-process.js';
import { EventViewer } from '../../support/event-viewer.js';
import { jobOf, plannedJobs, until } from '../../support/jobs.js';
import { valueOf } from '../../support/pages.js';
import type { PostgresServer } from '../../support/postgres-server.js';
import { opened, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';

jest.setTimeout(180_000);

let engine: StateEngine;
let postgres: PostgresServer;
let env: Readonly<Record<string, string>>;
let state: State;
let dashboard: DashboardProcess;
let browser: Browser;
let page: Page;
let folder: string;
let cookie: string;
let jobs: readonly string[];
const viewers: EventViewer[] = [];
/** Every change that was made, as `job fence`. */
const changes: string[] = [];
const round: readonly JobStatus[] = ['RUNNING', 'PAUSED', 'PENDING'];

beforeAll(async () => {
  engine = await startEngine('server');
  if (engine.server === undefined) throw new Error('no server');
  postgres = engine.server;
  const location = await engine.fresh();
  state = await opened(location);
  jobs = await plannedJobs(state, 4);
  folder = mkdtempSync(join(tmpdir(), 'a2o-restarts-'));
  env = { ...engine.env(location), A2O_STATE_DIR: join(folder, 'state') };
  dashboard = await startDashboardProcess(env);
  cookie = await signIn(dashboard.origin, dashboard.token);
  viewers.push(...Array.from({ length: 20 }, () => new EventViewer(dashboard.origin, cookie)));
  browser = await startChromium();
  const context = await browser.newContext({ locale: 'en-GB' });
  const [name = '', value = ''] = cookie.split('=', 2);
  await context.addCookies([{ name, value, url: dashboard.origin, httpOnly: true, sameSite: 'Strict' }]);
  page = await context.newPage();
  await page.goto(`${dashboard.origin}/migration`);
  await page.getByText('Live', { exact: true }).waitFor();
  await until(() => (viewers.every(({ messages }) => messages.length > 0) ? true : undefined));
});
afterAll(async () => {
  await browser.close();
  await Promise.all(viewers.map((viewer) => viewer.close()));
  await dashboard.stop();
  await state.close();
  await engine.stop();
  rmSync(folder, { recursive: true });
});

async function change(): Promise<void> {
  for (const id of jobs)
    for (const to of round) {
      const moved = valueOf(await advanceJob(state, await jobOf(state, id), { to }));
      changes.push(`${moved.id} ${moved.fence}`);
    }
}

async function everybodyKnows(): Promise<void> {
  for (const viewer of viewers)
    await until(() => (changes.every((each) => viewer.changes.has(each)) ? true : undefined));
  // The page keeps the newest of them.
  await page.getByText('Live', { exact: true }).waitFor();
  const shown = Math.min(20, changes.length);
  await until(async () => ((await page.locator('.changes li').count()) === shown ? true : undefined));
  await until(async () => ((await page.locator('[role=alert]').count()) === 0 ? true : undefined));
  expect(await page.getByLabel('Token').count()).toBe(0);
  // Nobody was told to read everything anew after the first time: they went on where they were.
  for (const { messages } of viewers) expect(messages.filter(({ event }) => event === 'reset')).toHaveLength(1);
}

async function statusOf(path: string): Promise<number> {
  const leave = new AbortController();
  const { status } = await fetch(dashboard.origin + path, { headers: { cookie }, signal: leave.signal });
  leave.abort();
  return status;
}

test('PostgreSQL is restarted three times under live viewers: none misses a change, none is signed out', async () => {
  for (let restart = 1; restart <= 3; restart += 1) {
    await change();
    const logged = dashboard.log().length;
    await postgres.restart(async () => {
      // The feed has found out, and so does whoever asks something, or comes now.
      await until(() => (dashboard.log().length > logged ? true : undefined));
      for (const path of ['/api/questions/list_assessments', '/api/session', '/api/events', '/healthz'])
        // Which sessions were ended is known for two seconds.
        await until(async () => ((await statusOf(path)) === 503 ? true : undefined));
      expect(await statusOf('/')).toBe(200);
      if (restart === 1) viewers.push(new EventViewer(dashboard.origin, cookie));
    });
    await change();
    const late = viewers.at(-1);
    if (restart === 1) {
      // Who came while it was down begins with what happened since.
      await until(() => (late !== undefined && late.messages.length > 0 ? true : undefined));
      viewers.pop();
      await late?.close();
    }
    await everybodyKnows();
  }
  // Their connections did not even break.
  expect(viewers.map(({ connections }) => connections)).toEqual(viewers.map(() => 1));
  expect(await statusOf('/api/session')).toBe(200);
  expect(dashboard.isRunning()).toBe(true);
});

test('the dashboard is killed twice under live viewers: none misses a change', async () => {
  const port = Number(new URL(dashboard.origin).port);
  for (let restart = 1; restart <= 2; restart += 1) {
    await change();
    expect(await dashboard.stop('SIGKILL')).toBeNull();
    await change();
    dashboard = await startDashboardProcess(env, port);
    expect(dashboard.token).toBe('');
    await change();
    await everybodyKnows();
  }
  expect(viewers.map(({ connections }) => connections)).toEqual(viewers.map(() => 3));
  expect(await dashboard.stop()).toBe(0);
  dashboard = await startDashboardProcess(env, port);
});
