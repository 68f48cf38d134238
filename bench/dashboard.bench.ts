import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { startChromium } from '../environments/dashboard/chromium.js';
import { openState, parseDatabaseUrl } from '../state/index.js';
import type { State } from '../state/index.js';
import { advanceJob, findJob } from '../state/repositories/migration-jobs.js';
import { signIn, startDashboardProcess } from '../test/support/dashboard-process.js';
import type { DashboardProcess } from '../test/support/dashboard-process.js';
import { EventViewer } from '../test/support/event-viewer.js';
import { startPostgres } from '../test/support/postgres-server.js';
import { storePlan } from './lake-plan.js';
import { median, print } from './measure.js';
import { loadLakes } from './state-lakes.js';

// `aws2openstack dashboard` in real Chromium on 20 assessments of 100,000 tables: when each view shows its answers, and how
// long it takes from a click or a key until the answer is shown; and its memory while 200 viewers listen
// (A2O_BENCH_SECONDS, 300 by default). An argument names a database that is filled already.
const runs = 20;
const firstPaintMs = 1000;
const interactionMs = 100;
const viewerCount = 200;
/** Until the live view has read its lists again after it connected; also keeps within the server's limit of requests a minute. */
const calmMs = 1000;

async function open(url: string): Promise<State> {
  const location = parseDatabaseUrl(url);
  if (!location.ok) throw new Error('not a database URL');
  const state = await openState(location.value, { access: 'write', purpose: 'bench' });
  if (!state.ok) throw new Error('the store does not open');
  return state.value;
}

async function measureAll(url: string): Promise<void> {
  const state = await open(url);
  const folder = mkdtempSync(join(tmpdir(), 'a2o-bench-dashboard-'));
  const newest = await state.db
    .selectFrom('assessments')
    .select('id')
    .orderBy('timestamp', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  await storePlan(state, newest.id);
  const server = await startDashboardProcess({ DATABASE_URL: url, A2O_STATE_DIR: join(folder, 'state') });
  try {
    await measureViews(server, state);
    await measureViewers(server, state);
  } finally {
    await server.stop();
    await state.close();
    rmSync(folder, { recursive: true });
  }
}

interface Interaction {
  readonly name: string;
  readonly path: string;
  /** The element that is clicked or filled in. */
  readonly selector: string;
  /** Of the n-th run: what a field or a choice is set to. A button is clicked. */
  readonly value?: (n: number) => string;
}

const views = [
  '/',
  '/databases',
  '/tables',
  '/trends',
  '/compare',
  '/transformation',
  '/migration',
  '/history',
  '/validation',
  '/cutover',
  '/audit',
];
const any = (values: readonly string[]) => (n: number) => values[n % values.length] ?? '';
const interactions: readonly Interaction[] = [
  { name: 'tables: sort by size', path: '/tables', selector: 'th:nth-of-type(n) button.sort' },
  { name: 'tables: next page', path: '/tables', selector: 'text=Next' },
  {
    name: 'tables: a key of a search',
    path: '/tables',
    selector: 'input[type=search]',
    value: (n) => `${n % 10}a${n}`,
  },
  { name: 'tables: filter by format', path: '/tables', selector: '.choices input[type=checkbox]' },
  { name: 'databases: sort', path: '/databases', selector: 'button.sort' },
  {
    name: 'mapping: filter by outcome',
    path: '/transformation',
    selector: 'form.filters select',
    value: any(['mapped', 'skipped', 'blocked']),
  },
  {
    name: 'mapping: a key of a search',
    path: '/transformation',
    selector: 'input[type=search]',
    value: (n) => `table_${n}`,
  },
  {
    name: 'migration: filter by status',
    path: '/migration',
    selector: '.panel select',
    value: any(['FAILED', 'RUNNING', 'COMPLETED', 'PENDING']),
  },
  { name: 'validation: next page', path: '/validation', selector: 'text=Next' },
];

async function measureViews({ origin, token }: DashboardProcess, state: State): Promise<void> {
  const { database_name, table_name } = await state.db
    .selectFrom('tables')
    .select(['database_name', 'table_name'])
    .orderBy('id')
    .limit(1)
    .executeTakeFirstOrThrow();
  const browser = await startChromium();
  try {
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } });
    // The page has no module of ours.
    await context.addInitScript(`globalThis.settled = ${settled.toString()};`);
    const page = await context.newPage();
    await page.goto(`${origin}/`);
    await page.getByLabel('Token').fill(token);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Assessment' }).waitFor();
    for (const path of [...views, `/table?table=${database_name}.${table_name}`]) {
      const times: number[] = [];
      for (let n = 0; n < 5; n += 1) {
        await delay(calmMs);
        await page.goto(origin + path);
        times.push(await page.evaluate(settled, 0));
      }
      report(`dashboard: ${path.replace(/\?.*/, '')} shows its answers`, 'median of 5', median(times), firstPaintMs);
    }
    for (const interaction of interactions) {
      const times: number[] = [];
      for (let n = -2; n < runs; n += 1) {
        const time = await act(page, origin, interaction, Math.max(n, 0));
        if (n >= 0) times.push(time);
      }
      times.sort((a, b) => a - b);
      const p50 = times[Math.floor(runs * 0.5)] ?? NaN;
      const p95 = times[Math.ceil(runs * 0.95) - 1] ?? NaN;
      report(`dashboard: ${interaction.name}`, `p95 of ${runs} (p50 ${p50.toFixed(0)} ms)`, p95, interactionMs);
    }
  } finally {
    await browser.close();
  }
}

/** From the click or the key until what was asked is shown. */
async function act(page: Page, origin: string, { path, selector, value }: Interaction, n: number): Promise<number> {
  await page.goto(origin + path);
  await page.evaluate(settled, 0);
  await delay(calmMs);
  await page.evaluate(settled, 0);
  const target = page.locator(selector).first();
  await target.waitFor({ state: 'attached' });
  const asked = await page.evaluate(`performance.getEntriesByType('resource').length`);
  return await target.evaluate(actInPage, { text: value?.(n) ?? null, before: Number(asked) });
}

/** Runs in the page: when more requests than these are answered, nothing loads, and a frame was drawn. */
async function settled(before: number): Promise<number> {
  const page = globalThis as unknown as {
    readonly document: { querySelector(selector: string): unknown };
    requestAnimationFrame(then: () => void): void;
  };
  for (;;) {
    await new Promise<void>((then) => {
      page.requestAnimationFrame(then);
    });
    const answered = performance.getEntriesByType('resource').length;
    const isBusy = page.document.querySelector('[aria-busy=true], .state[role=status]') !== null;
    if (answered > before && !isBusy && page.document.querySelector('h1') !== null) return performance.now();
  }
}

type PageWithSettled = typeof globalThis & { readonly settled: typeof settled };

/** Also runs in the page. */
async function actInPage(
  element: unknown,
  { text, before }: { readonly text: string | null; readonly before: number },
): Promise<number> {
  const target = element as { value: string; click(): void; dispatchEvent(event: Event): void };
  const start = performance.now();
  if (text === null) target.click();
  else {
    target.value = text;
    for (const type of ['input', 'change']) target.dispatchEvent(new Event(type, { bubbles: true }));
  }
  return (await (globalThis as PageWithSettled).settled(before)) - start;
}

async function measureViewers({ origin, token, pid }: DashboardProcess, state: State): Promise<void> {
  const seconds = Number(process.env['A2O_BENCH_SECONDS'] ?? 300);
  const cookie = await signIn(origin, token);
  const jobs = await state.db
    .selectFrom('migration_jobs')
    .select('id')
    .where('status', '=', 'PENDING')
    .limit(50)
    .execute();
  const viewers = Array.from({ length: viewerCount }, () => new EventViewer(origin, cookie));
  while (viewers.some(({ messages }) => messages.length === 0)) await delay(100);
  const began = performance.now();
  const memory: number[] = [];
  const changes = new Set<string>();
  for (let step = 0; performance.now() - began < seconds * 1000; step += 1) {
    const job = await findJob(state, jobs[step % jobs.length]?.id ?? '');
    if (job === undefined) throw new Error('a job is gone');
    const moved = await advanceJob(state, job, { to: job.status === 'PENDING' ? 'PAUSED' : 'PENDING' });
    if (moved.ok) changes.add(`${moved.value.id} ${moved.value.fence}`);
    if (step % 10 === 0) memory.push(residentBytes(pid));
    await delay(100);
  }
  const isComplete = (): boolean => viewers.every((viewer) => [...changes].every((each) => viewer.changes.has(each)));
  for (let left = 100; !isComplete(); left -= 1) {
    if (left === 0) throw new Error('viewers have missed changes');
    await delay(200);
  }
  await Promise.all(viewers.map((viewer) => viewer.close()));
  const half = Math.floor(memory.length / 2);
  print({
    name: `dashboard: ${viewerCount} live viewers, ${changes.size} changes in ${seconds} s`,
    measure: 'resident MB in the second half; baseline: in the first half',
    value: Math.max(...memory.slice(half)) / 1e6,
    baseline: Math.max(...memory.slice(0, half)) / 1e6,
    bound: 1.15,
  });
}

function residentBytes(pid: number): number {
  const [, pages = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
  return Number(pages) * 4096;
}

function report(name: string, what: string, value: number, baseline: number): void {
  process.stderr.write(`${value.toFixed(0).padStart(6)} ms  ${name}\n`);
  print({ name, measure: `${what} in ms; baseline: ${baseline} ms`, value, baseline, bound: 1 });
}

const [filled] = process.argv.slice(2);
if (filled === undefined) {
  const server = await startPostgres(['shared_buffers=256MB']);
  try {
    await server.query('postgres', 'CREATE DATABASE lakes');
    await (await open(server.url('lakes'))).close();
    await loadLakes(server, 'lakes');
    await measureAll(server.url('lakes'));
  } finally {
    await server.stop();
  }
} else await measureAll(filled);
