import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import axe from 'axe-core';
import { sql } from 'kysely';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startChromium } from '../../../environments/dashboard/chromium.js';
import { fillStore } from '../../../environments/dashboard/fill-store.js';
import { lakeAt } from '../../../environments/dashboard/lake.js';
import { move } from '../../../environments/dashboard/jobs.js';
import type { DashboardOptions } from '../../../monitoring/dashboard/server/index.js';
import type { Role } from '../../../monitoring/dashboard/server/sign-in/roles.js';
import { appendValidationResults, cutoverEvents, findCutover, shownId, storeAssessment } from '../../../state/index.js';
import type { State } from '../../../state/index.js';
import { signerFrom, writeCertificate } from '../../../validation/certificate/index.js';
import { certificateOf, certifiedTable } from '../../support/certificate-input.js';
import { serveDashboard, sessionCookie } from '../../support/dashboard.js';
import type { ServedDashboard } from '../../support/dashboard.js';
import { valueOf } from '../../support/pages.js';
import { opened, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';

jest.setTimeout(120_000);

let engine: StateEngine;
let state: State;
let app: ServedDashboard;
let browser: Browser;
let assessmentId: string;
let folder: string;
let files: Partial<DashboardOptions>;
let failing: { readonly name: string; readonly id: string };
/** No check of it could read the rows. */
let unreadable: typeof failing;

beforeAll(async () => {
  engine = await startEngine('server');
  state = await opened(await engine.fresh());
  ({ assessmentId } = await fillStore(state, { now: new Date(), assessments: 3, tables: 150 }));
  folder = mkdtempSync(join(tmpdir(), 'a2o-dashboard-'));
  files = await filesIn(folder, assessmentId);
  app = await serveDashboard(state, files);
  browser = await startChromium();
  failing = await failedChecksum('is not');
  unreadable = await failedChecksum('is');
});
afterAll(async () => {
  await browser.close();
  await app.close();
  await state.close();
  await engine.stop();
  rmSync(folder, { recursive: true });
});

/** A table with a checksum that failed, and that has a value or none. */
async function failedChecksum(hasNull: 'is' | 'is not'): Promise<typeof failing> {
  const { id, database_name, table_name } = await state.db
    .selectFrom('migration_jobs')
    .innerJoin('tables', 'tables.id', 'table_id')
    .innerJoin('validation_results', 'migration_job_id', 'migration_jobs.id')
    .select(['migration_jobs.id', 'database_name', 'table_name'])
    .where('validation_type', '=', 'checksum')
    .where('validation_results.status', '=', 'failed')
    .where('source_value', hasNull, null)
    .executeTakeFirstOrThrow();
  return { id, name: `${database_name}.${table_name}` };
}

/** A certificate and Terraform, as commands write them. */
async function filesIn(within: string, assessment: string): Promise<Partial<DashboardOptions>> {
  const stack = join(within, 'cdktf.out', 'stacks', 'lakehouse');
  mkdirSync(stack, { recursive: true });
  writeFileSync(join(stack, 'cdk.tf.json'), JSON.stringify({ resource: { openstack_dns_zone_v2: { zone: {} } } }));
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(within, 'key')]);
  writeFileSync(join(within, 'allowed'), `ada@acme.example ${readFileSync(join(within, 'key.pub'), 'utf8')}`);
  const input = certificateOf([certifiedTable('sales.orders')]);
  const about = { ...input, assessment: { ...input.assessment, id: shownId(assessment) } };
  const sign = valueOf(signerFrom(join(within, 'key'), {}));
  valueOf(await writeCertificate(about, join(within, 'certificate'), { pdf: true, sign }));
  return {
    terraform: join(within, 'cdktf.out'),
    certificate: { folder: join(within, 'certificate'), allowedSigners: join(within, 'allowed') },
  };
}

async function contextOf(role: Role | 'nobody', more: object = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...more });
  const [name = '', value = ''] = sessionCookie(role).split('=', 2);
  if (role !== 'nobody')
    await context.addCookies([{ name, value, url: app.origin, httpOnly: true, sameSite: 'Strict' }]);
  return context;
}

/** Opens a view, waits until it shows its answers, and returns what its console and the policy complained about. */
async function open(
  context: BrowserContext,
  path: string,
  origin = app.origin,
): Promise<{ readonly page: Page; readonly problems: string[] }> {
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', ({ message }) => problems.push(message));
  await page.goto(origin + path);
  await settled(page);
  return { page, problems };
}

async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  for (const busy of ['p.state[role=status]', '[aria-busy=true]'])
    await page.locator(busy).first().waitFor({ state: 'detached' });
  for (const canvas of await page.locator('.canvas').all()) await canvas.locator('svg').waitFor();
}

const rowsOf = (page: Page, table: string): Promise<number> =>
  page.getByRole('region', { name: table, exact: true }).locator('tbody tr').count();

const countTables = async (where: string): Promise<number> => {
  const { rows } = await sql
    .raw<{ count: number }>(`SELECT count(*) AS count FROM tables WHERE assessment_id = '${assessmentId}' AND ${where}`)
    .execute(state.db);
  return rows[0]?.count ?? -1;
};

describe('every view', () => {
  const views = () => [
    '/',
    '/databases',
    '/tables',
    `/table?table=${failing.name}`,
    '/trends',
    '/compare',
    '/transformation',
    '/terraform',
    '/migration',
    '/history',
    '/waves',
    '/machines?wave=shop',
    '/machine?machine=shop-shop-search-12',
    '/validation',
    `/validation?table=${failing.name}`,
    `/validation?table=${unreadable.name}`,
    '/certificate',
    '/cutover',
    '/audit',
    '/made-up',
  ];

  test('nothing breaks, and the policy is kept', async () => {
    const context = await contextOf('admin');
    for (const path of views()) {
      const { page, problems } = await open(context, path);
      expect([path, problems]).toEqual([path, []]);
      expect(await page.locator('[role=alert]').count()).toBe(0);
      await page.close();
    }
    await context.close();
  });

  test.each([
    { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
    { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
  ])('axe finds no violation, $colorScheme and $viewport.width pixels wide', async (look) => {
    // axe is injected, which the policy of the page forbids.
    const context = await contextOf('admin', { ...look, bypassCSP: true });
    for (const path of views()) {
      const { page } = await open(context, path);
      await page.evaluate(axe.source);
      const violations = await page.evaluate(
        `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html.slice(0, 150)).join(' | ')))`,
      );
      expect([path, violations]).toEqual([path, []]);
      await page.close();
    }
    await context.close();
  });

  test.each([1280, 390])('no text runs over the cell beside it, %d pixels wide', async (width) => {
    const context = await contextOf('viewer', { viewport: { width, height: 900 } });
    const paths = [
      '/validation',
      ...[failing, unreadable].flatMap(({ name }) => [`/validation?table=${name}`, `/table?table=${name}`]),
    ];
    for (const path of paths) {
      const { page } = await open(context, path);
      const outside = await page.evaluate(`[...document.querySelectorAll('td:not(:empty), th')].flatMap((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        const [text, box] = [range.getBoundingClientRect(), cell.getBoundingClientRect()];
        return text.left < box.left || text.right > box.right + 0.5 ? [cell.textContent] : [];
      })`);
      expect([path, outside]).toEqual([path, []]);
      expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, width]);
      await page.close();
    }
    await context.close();
  });

  test('a long value shows its beginning, and all of it when it is opened', async () => {
    const context = await contextOf('viewer');
    const { page } = await open(context, `/validation?table=${failing.name}`);
    const row = page.getByRole('region', { name: 'Checks' }).getByRole('row').filter({ hasText: 'schema' });
    const value = row.locator('summary').first();
    const heights = [await value.boundingBox()];
    await value.click();
    heights.push(await value.boundingBox());
    const [closed = 0, opened = 0] = heights.map((box) => box?.height);
    expect(opened).toBeGreaterThan(2 * closed);
    await context.close();
  });

  test('a check has an explanation of its own only where there is more than its difference', async () => {
    const context = await contextOf('viewer');
    const { page: none } = await open(context, `/validation?table=${unreadable.name}`);
    expect(await none.getByText('type expected at the position').count()).toBeGreaterThan(1);
    expect(await none.getByRole('heading', { name: /^Why/ }).count()).toBe(0);
    const { page: some } = await open(context, `/validation?table=${failing.name}`);
    expect(await some.getByRole('heading', { name: /^Why/ }).allInnerTexts()).toEqual(['Why: checksum']);
    await context.close();
  });

  test('nothing that the store lacks is asked for in vain', async () => {
    const bare = await opened(await engine.fresh());
    await storeAssessment(bare, lakeAt({ generation: 0, generations: 1, now: new Date(), tables: 20 }));
    const alone = await serveDashboard(bare);
    const context = await contextOf('admin');
    for (const path of ['/', '/transformation', '/migration', '/validation']) {
      const { page, problems } = await open(context, path, alone.origin);
      expect([path, problems]).toEqual([path, []]);
      await page.close();
    }
    const { page } = await open(context, '/transformation', alone.origin);
    await page.getByText('Not mapped yet').waitFor();
    await context.close();
    await alone.close();
    await bare.close();
  });

  test('the cards say what SQL says', async () => {
    const context = await contextOf('viewer');
    const { page } = await open(context, '/');
    const card = (label: string): Promise<string> =>
      page
        .locator('.card', { has: page.getByText(label, { exact: true }) })
        .locator('.figure')
        .innerText();
    expect(await card('Tables')).toBe(String(await countTables('true')));
    const ready = await countTables("migration_readiness = 'READY'");
    expect(await card('Ready')).toBe(`${Number(((ready / (await countTables('true'))) * 100).toFixed(1))}%`);
    await context.close();
  });
});

describe('tables', () => {
  test('filters, order and pages are in the address, which shows the same again', async () => {
    const context = await contextOf('viewer');
    const { page } = await open(context, '/tables');
    expect(await rowsOf(page, 'Tables')).toBe(50);
    await page.getByText('Format', { exact: true }).first().click();
    await page.getByLabel('orc').check();
    await page.getByLabel('csv').check();
    await page.waitForURL(/formats=ORC&formats=CSV/);
    await settled(page);
    const expected = await countTables("table_format IN ('ORC', 'CSV')");
    expect(await rowsOf(page, 'Tables')).toBe(expected);

    await page.getByRole('button', { name: 'Size' }).click();
    await page.waitForURL(/sort=size&direction=desc/);
    await settled(page);
    const first = await page.locator('tbody th').first().innerText();
    const { page: again } = await open(context, page.url().slice(app.origin.length));
    expect(await again.locator('tbody th').first().innerText()).toBe(first);

    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('Name').fill('orders');
    await page.waitForURL(/search=orders/);
    await settled(page);
    expect(await rowsOf(page, 'Tables')).toBe(await countTables("table_name LIKE '%orders%'"));
    await context.close();
  });

  test('the next page has other tables; the first page is one click away', async () => {
    const context = await contextOf('viewer');
    const { page } = await open(context, '/tables');
    const first = await page.locator('tbody th').first().innerText();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.waitForURL(/cursor=/);
    await settled(page);
    expect(await page.locator('tbody th').first().innerText()).not.toBe(first);
    await page.getByRole('button', { name: 'First page' }).click();
    await page.getByRole('link', { name: first, exact: true }).waitFor();
    await context.close();
  });

  test('the export has what is filtered', async () => {
    const context = await contextOf('viewer');
    const { page } = await open(context, '/tables?readiness=READY&sort=size');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export CSV' }).click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\r\n');
    expect(download.suggestedFilename()).toBe('tables.csv');
    expect(lines).toHaveLength(1 + (await countTables("migration_readiness = 'READY'")));
    await context.close();
  });

  test('a slice of the pie leads to its tables, and so does its table', async () => {
    const context = await contextOf('viewer');
    const { page } = await open(context, '/');
    const pie = page.locator('.canvas').first();
    const { width, height } = (await pie.boundingBox()) ?? { width: 0, height: 0 };
    // The middle of the ring, at its top right.
    const radius = (0.65 * Math.min(width, height)) / 2;
    await pie.click({ position: { x: width / 2 + radius * 0.3, y: 0.45 * height - radius * 0.95 } });
    await page.waitForURL(/\/tables\?readiness=READY/);
    const { page: other } = await open(context, '/');
    await other.getByText('As a table').first().click();
    await other.getByRole('link', { name: 'needs conversion' }).click();
    await other.waitForURL(/readiness=NEEDS_CONVERSION/);
    await context.close();
  });
});

describe('migration', () => {
  test('what workers do appears without a reload, also what happened while the server was down', async () => {
    const context = await contextOf('viewer');
    const { page } = await open(context, '/migration');
    await page.getByText('Live', { exact: true }).waitFor();
    const running = await state.db
      .selectFrom('migration_jobs')
      .innerJoin('tables', 'tables.id', 'table_id')
      .select(['migration_jobs.id', 'table_name'])
      .where('status', '=', 'RUNNING')
      .limit(2)
      .execute();
    const [one, two] = running;
    if (one === undefined || two === undefined) throw new Error('nothing runs');
    await move(state, one.id, 'COMPLETED');
    const changes = page.locator('.changes li');
    await changes.filter({ hasText: one.table_name }).filter({ hasText: 'done' }).first().waitFor();

    const port = Number(new URL(app.origin).port);
    await app.close();
    await page.getByText('Connecting…').waitFor();
    await move(state, two.id, 'FAILED', 'The target answered 503.');
    app = await serveDashboard(state, files, port);
    await page.getByText('Live', { exact: true }).waitFor();
    await changes.filter({ hasText: two.table_name }).filter({ hasText: 'failed' }).first().waitFor();
    const { page: failures } = await open(context, '/migration?status=FAILED');
    await failures.getByText('The target answered 503.').first().waitFor();
    await context.close();
  });

  test('after an answer that is an error, the live view comes back by itself', async () => {
    const context = await contextOf('viewer');
    let asked = 0;
    await context.route('**/api/events', async (route) => {
      asked += 1;
      await (asked === 1 ? route.fulfill({ status: 503 }) : route.continue());
    });
    const { page } = await open(context, '/migration');
    await page.getByText('Live', { exact: true }).waitFor();
    expect(asked).toBe(2);
    await context.close();
  });

  test('where a session ends while the live view is open, the form to sign in is shown', async () => {
    const context = await contextOf('viewer');
    await context.route('**/api/events', (route) => route.fulfill({ status: 401 }));
    const { page } = await open(context, '/migration');
    await context.clearCookies();
    await page.getByLabel('Token').waitFor();
    await context.close();
  });

  test('what was chosen in one list is not acted on from another', async () => {
    const context = await contextOf('admin');
    const { page } = await open(context, '/migration?status=COMPLETED');
    await page.getByRole('checkbox').first().check();
    await page.getByText('1 chosen:').waitFor();
    await page.getByLabel('Status').selectOption('PENDING');
    await page.getByText('All jobs with this status:').waitFor();
    await context.close();
  });

  test('an admin retries all failed jobs after a preview; the audit trail has it', async () => {
    const context = await contextOf('admin');
    const { page } = await open(context, '/migration?status=FAILED');
    const failed = await state.db
      .selectFrom('migration_jobs')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('status', '=', 'FAILED')
      .executeTakeFirstOrThrow();
    await page.getByRole('button', { name: 'Retry…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { name: `Retry ${failed.count} tables?` }).waitFor();
    await dialog.getByRole('button', { name: 'Retry', exact: true }).click();
    await page.getByText(`Retry: ${failed.count} of ${failed.count} tables.`).waitFor();
    const { page: audit } = await open(context, '/audit');
    expect(await audit.locator('tbody tr').first().innerText()).toMatch(/local-admin\s+retry\s+done/);
    await context.close();
  });

  test('an admin approves the next step of the cutover, in their name', async () => {
    const context = await contextOf('admin');
    const { page } = await open(context, '/cutover');
    await page.getByRole('button', { name: 'Approve prerequisites…' }).click();
    await page.getByRole('button', { name: 'Approve prerequisites in my name' }).click();
    await page.getByRole('cell', { name: 'local-admin' }).waitFor();
    const cutover = await findCutover(state, assessmentId);
    expect((await cutoverEvents(state, cutover?.id ?? '')).at(-1)).toMatchObject({
      event: 'approved',
      actor: 'local-admin',
    });
    await context.close();
    const viewer = await contextOf('viewer');
    const { page: other } = await open(viewer, '/cutover');
    expect(await other.getByRole('button', { name: /Approve/ }).count()).toBe(0);
    await viewer.close();
  });

  test('an operator sees what would be touched, and cannot do it; a viewer sees neither that nor the audit trail', async () => {
    const operator = await contextOf('operator');
    const { page } = await open(operator, '/migration?status=PAUSED');
    await page.getByRole('button', { name: 'Resume…' }).click();
    await page.getByText('Only an admin can do this').waitFor();
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Resume', exact: true }).count()).toBe(0);
    await operator.close();
    const viewer = await contextOf('viewer');
    const { page: other } = await open(viewer, '/migration?status=PAUSED');
    expect(await other.getByRole('button', { name: 'Resume…' }).count()).toBe(0);
    expect(await other.getByRole('link', { name: 'Audit trail' }).count()).toBe(0);
    await viewer.close();
  });
});

describe('waves', () => {
  const countMachines = async (where: string): Promise<number> => {
    const { rows } = await sql
      .raw<{ count: number }>(`SELECT count(*)::integer AS count FROM wave_machines WHERE ${where}`)
      .execute(state.db);
    return rows[0]?.count ?? -1;
  };

  test('the numbers are those of SQL; a status leads to its machines, and one to its story', async () => {
    const context = await contextOf('viewer');
    const { page } = await open(context, '/waves');
    const cards = await page.locator('.card .figure').allInnerTexts();
    expect(cards.map(Number)).toEqual([
      await countMachines('true'),
      await countMachines("status IN ('CUT_OVER', 'FINALIZING', 'FINALIZED')"),
      await countMachines("status IN ('ROLLBACK_FAILED', 'NEEDS_ATTENTION')"),
      await countMachines("status IN ('REJECTED', 'ROLLED_BACK')"),
      1,
      2,
    ]);
    expect(await rowsOf(page, 'Waves')).toBe(3);
    expect(await rowsOf(page, 'Refused messages')).toBe(2);
    const shop = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'shop', exact: true }) });
    await shop.getByRole('link', { name: /\d+ ready/ }).click();
    await page.waitForURL(/machines\?wave=shop&statuses=READY/);
    await page.getByRole('region', { name: 'Machines' }).waitFor();
    await settled(page);
    expect(await rowsOf(page, 'Machines')).toBe(await countMachines("wave = 'shop' AND status = 'READY'"));
    expect(await page.getByRole('button', { name: /Cut over/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('Name').fill('search-12');
    await page.waitForURL(/search=search-12/);
    await settled(page);
    await page.getByRole('link', { name: 'shop-shop-search-12' }).click();
    await page.getByText('snapshot a2o-final').first().waitFor();
    const { rows } = await sql<{ count: number }>`
      SELECT count(*)::integer AS count FROM wave_events WHERE migration_id = 'shop-shop-search-12'`.execute(state.db);
    expect(await rowsOf(page, 'What happened, the oldest first')).toBe(rows[0]?.count);
    await context.close();
  });

  test('an admin approves a wave after a preview, and finalizes a machine with a reason', async () => {
    const context = await contextOf('admin');
    const { page } = await open(context, '/machines?wave=shop');
    const expected = await countMachines(
      "wave = 'shop' AND status IN ('PENDING', 'VALIDATING', 'PREPARING', 'REPLICATING', 'TESTING', 'READY')",
    );
    await page.getByRole('button', { name: 'Approve…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { name: `Approve ${expected} machines?` }).waitFor();
    await dialog.getByLabel('Approval').selectOption('shop-owner');
    await dialog.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.getByText(`Approve: ${expected} of ${expected} machines.`).waitFor();

    const { rows } = await sql<{ id: string }>`
      SELECT migration_id AS id FROM wave_machines WHERE status = 'CUT_OVER' LIMIT 1`.execute(state.db);
    const { page: story } = await open(context, `/machine?machine=${rows[0]?.id ?? ''}`);
    await story.getByRole('button', { name: 'Finalize…' }).click();
    const finalize = story.getByRole('dialog').getByRole('button', { name: 'Finalize', exact: true });
    await finalize.click();
    expect(await story.getByRole('dialog').isVisible()).toBe(true);
    await story.getByLabel('Reason').fill('two weeks without a fault');
    await finalize.click();
    await story.getByText('Finalize: 1 of 1 machines.').waitFor();
    await story.getByRole('cell', { name: 'local-admin' }).first().waitFor();
    const { page: audit } = await open(context, '/audit');
    expect(await audit.locator('tbody tr').first().innerText()).toMatch(/local-admin\s+wave-finalize\s+done/);
    await context.close();
  });

  test('an operator sees which machines an order would be about, and cannot give it', async () => {
    const context = await contextOf('operator');
    const { page } = await open(context, '/machines?application=wiki');
    await page.getByRole('button', { name: 'Roll back…' }).click();
    await page.getByText('Only an admin can do this').waitFor();
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Roll back', exact: true }).count()).toBe(0);
    await context.close();
  });
});

describe('what was made', () => {
  test('the certificate is verified and downloaded; a changed file is named', async () => {
    const context = await contextOf('viewer');
    const { page } = await open(context, '/certificate');
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('intact', { exact: true }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'certificate.pdf' }).click(),
    ]);
    const pdf = readFileSync(join(folder, 'certificate', 'certificate.pdf'));
    expect(readFileSync(await download.path()).equals(pdf)).toBe(true);
    writeFileSync(join(folder, 'certificate', 'certificate.pdf'), 'another');
    await page.getByRole('button', { name: 'Verify' }).click();
    await page
      .getByRole('alert')
      .getByText(/the certificate binds/)
      .waitFor();
    writeFileSync(join(folder, 'certificate', 'certificate.pdf'), pdf);
    await context.close();
  });

  test('the Terraform of a stack, and the SQL of a table', async () => {
    const context = await contextOf('viewer');
    const { page } = await open(context, '/terraform');
    await page.getByText('openstack_dns_zone_v2').first().waitFor();
    const { page: table } = await open(context, `/table?table=${failing.name}`);
    await table.getByRole('button', { name: 'Show the SQL' }).click();
    const [, name = ''] = failing.name.split('.');
    await table.locator('.statements pre').filter({ hasText: name }).first().waitFor();
    await context.close();
  });
});

test('a view that is shown is followed by the keyboard; the page before is one click away, also from a link', async () => {
  const context = await contextOf('viewer');
  const { page } = await open(context, '/tables');
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Databases' }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Databases' }).waitFor();
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Databases');
  await page.goto(`${app.origin}/tables`);
  await settled(page);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.waitForURL(/cursor=/);
  const { page: linked } = await open(context, page.url().slice(app.origin.length));
  await linked.getByRole('button', { name: 'Previous' }).click();
  await linked.waitForURL((url) => !url.search.includes('cursor'));
  await settled(linked);
  // Enter in a field must not load the page anew, without its filters.
  await linked.goto(`${app.origin}/transformation?outcome=blocked`);
  await settled(linked);
  await linked.getByLabel('Name').press('Enter');
  await linked.getByLabel('Name').fill('a');
  await linked.waitForURL(/outcome=blocked&search=a/);
  // Escape closes what is open, and so does a click elsewhere.
  await page.goto(`${app.origin}/tables`);
  const choices = page.locator('details.choices').first();
  for (const close of [() => page.keyboard.press('Escape'), () => page.getByRole('heading', { level: 1 }).click()]) {
    await choices.locator('summary').click();
    expect(await choices.getAttribute('open')).not.toBeNull();
    await close();
    expect(await choices.getAttribute('open')).toBeNull();
  }
  await context.close();
});

test('who signs out here or everywhere sees the form, and the cookie is worth nothing any more', async () => {
  for (const button of ['Sign out', 'Sign out everywhere']) {
    const context = await contextOf('operator');
    const { page } = await open(context, '/audit');
    const [cookie] = (await context.cookies()).filter(({ name }) => name.endsWith('_session'));
    await page.getByText('local-operator').first().click();
    await page.getByRole('button', { name: button, exact: true }).click();
    await page.getByLabel('Token').waitFor();
    const stolen = { cookie: `${cookie?.name ?? ''}=${cookie?.value ?? ''}` };
    expect((await app.ask('/api/audit', 'nobody', { headers: stolen })).status).toBe(401);
    await context.close();
  }
});

test('a page that cannot sign in somebody has the look of the dashboard', async () => {
  const issuer = new URL('http://127.0.0.1:9/');
  const more = { clientId: 'lake', clientSecret: 'secret', groupsClaim: 'groups', publicUrl: new URL(app.origin) };
  const groups = { viewer: undefined, operator: undefined, admin: undefined };
  const alone = await serveDashboard(state, { oidc: { issuer, groups, ...more }, onProblem: () => undefined });
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await contextOf('nobody', { colorScheme, bypassCSP: true });
    const page = await context.newPage();
    await page.goto(`${alone.origin}/sign-in`);
    await page.getByRole('alert').getByText('does not answer as an OpenID Connect provider').waitFor();
    const border = await page.evaluate(`getComputedStyle(document.querySelector('.callout.bad')).borderLeftWidth`);
    expect(border).toBe('4px');
    await page.evaluate(axe.source);
    expect(await page.evaluate(`axe.run().then(({ violations }) => violations.map(({ id }) => id))`)).toEqual([]);
    await page.getByRole('link', { name: 'Sign in with a token' }).click();
    await page.getByLabel('Token').waitFor();
    await context.close();
  }
  await alone.close();
});

describe('live lists', () => {
  test('validations appear on the cards and in the lists without a reload', async () => {
    const context = await contextOf('viewer');
    const { page } = await open(context, '/validation');
    await page.getByText('Live', { exact: true }).waitFor();
    const { id, database_name, table_name } = await state.db
      .selectFrom('migration_jobs')
      .innerJoin('tables', 'tables.id', 'table_id')
      .select(['migration_jobs.id', 'database_name', 'table_name'])
      .where('status', '=', 'COMPLETED')
      .where('validation_status', 'is', null)
      .limit(1)
      .executeTakeFirstOrThrow();
    const failed = page.locator('.card', { has: page.getByText('Failed', { exact: true }) }).locator('.figure');
    const before = Number(await failed.innerText());
    await appendValidationResults(state, [
      {
        migration_job_id: id,
        validation_type: 'row_count',
        status: 'failed',
        source_value: '10',
        target_value: '9',
        difference: '1 row is missing at the target',
        details: null,
      },
    ]);
    await failed.getByText(String(before + 1), { exact: true }).waitFor();
    await page
      .getByRole('region', { name: 'Failed checks' })
      .getByRole('row')
      .filter({ hasText: `${database_name}.${table_name}` })
      .first()
      .waitFor();
    await context.close();
  });

  test('waves, machines and one machine show what a worker does without a reload', async () => {
    const context = await contextOf('viewer');
    const { rows } = await sql<{ id: string }>`
      SELECT migration_id AS id FROM wave_machines WHERE status = 'READY' ORDER BY migration_id LIMIT 1`.execute(
      state.db,
    );
    const id = rows[0]?.id ?? '';
    const { page: waves } = await open(context, '/waves');
    const { page: machines } = await open(context, '/machines?statuses=READY');
    const { page: machine } = await open(context, `/machine?machine=${id}`);
    for (const page of [waves, machines, machine]) await page.getByText('Live', { exact: true }).waitFor();
    const attention = waves
      .locator('.card', { has: waves.getByText('Need somebody', { exact: true }) })
      .locator('.figure');
    const before = Number(await attention.innerText());
    await sql`
      UPDATE wave_machines SET status = 'NEEDS_ATTENTION', events = events + 1, updated_at = now()
      WHERE migration_id = ${id}`.execute(state.db);
    await attention.getByText(String(before + 1), { exact: true }).waitFor();
    await machines.getByRole('link', { name: id, exact: true }).waitFor({ state: 'detached' });
    await machine.locator('.badge').getByText('needs attention').first().waitFor();
    await context.close();
  });
});

test('without a session, there is only the form; a wrong token is told, and the keyboard suffices', async () => {
  const context = await contextOf('nobody');
  const page = await context.newPage();
  await page.goto(`${app.origin}/tables`);
  await page.getByLabel('Token').fill('wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('The token does not belong to this dashboard.').waitFor();
  expect(await page.locator('table').count()).toBe(0);
  await context.close();
});
