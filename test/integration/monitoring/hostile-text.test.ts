import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Browser, BrowserContext } from 'playwright-core';
import { startChromium } from '../../../environments/dashboard/chromium.js';
import { fillStore } from '../../../environments/dashboard/fill-store.js';
import { appendAuditEvent } from '../../../state/index.js';
import type { State } from '../../../state/index.js';
import { serveDashboard, sessionCookie } from '../../support/dashboard.js';
import type { ServedDashboard } from '../../support/dashboard.js';
import { opened, startEngine } from '../../support/state-engines.js';
import type { StateEngine } from '../../support/state-engines.js';

jest.setTimeout(180_000);

/** Turns around what follows, and is not seen. */
const hidden = '\u202e';

let engine: StateEngine;
let state: State;
let app: ServedDashboard;
let browser: Browser;
let context: BrowserContext;
let table: string;
let machine: string;

beforeAll(async () => {
  engine = await startEngine('server');
  state = await opened(await engine.fresh());
  const { assessmentId } = await fillStore(state, { now: new Date(), assessments: 2, tables: 60 });
  await appendAuditEvent(state, {
    actor: `${hidden}ada`,
    action: 'retry',
    subject: { assessment_id: assessmentId, tables: [`${hidden}sales.orders`] },
    outcome: 'failed',
    details: { problems: [`${hidden}a problem`] },
  });
  await hideInEveryText();
  const rows = await sql<{ name: string }>`
    SELECT database_name || '.' || table_name AS name FROM migration_jobs JOIN tables ON tables.id = table_id
    WHERE validation_status = 'failed' ORDER BY 1 LIMIT 1`.execute(state.db);
  table = rows.rows[0]?.name ?? '';
  const machines = await sql<{ id: string }>`
    SELECT migration_id AS id FROM wave_machines WHERE status = 'ROLLBACK_FAILED' LIMIT 1`.execute(state.db);
  machine = machines.rows[0]?.id ?? '';
  app = await serveDashboard(state);
  browser = await startChromium();
  context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' });
  const [name = '', value = ''] = sessionCookie('admin').split('=', 2);
  await context.addCookies([{ name, value, url: app.origin, httpOnly: true, sameSite: 'Strict' }]);
});
afterAll(async () => {
  await browser.close();
  await app.close();
  await state.close();
  await engine.stop();
});

/** As if whoever fills the catalog, names machines or answers requests had written them. */
async function hideInEveryText(): Promise<void> {
  const texts: Readonly<Record<string, readonly string[]>> = {
    databases: ['database_name', 'description'],
    tables: ['database_name', 'table_name', 'description', 'storage_location'],
    mapping_templates: ['name'],
    plan_items: ['what', 'rule', 'rule_at'],
    migration_jobs: ['error_message', 'error_kind'],
    migration_job_events: ['error_message'],
    validation_results: ['source_value', 'target_value', 'difference'],
    cutover_events: ['actor', 'output'],
    engine_metrics: ['resource'],
    wave_machines: ['app_name', 'wave', 'target_vm_name'],
    wave_events: ['message'],
    wave_orders: ['actor', 'reason', 'gate'],
    wave_dead_letters: ['body', 'wave'],
    waves: ['name', 'submitted_by'],
  };
  for (const [name, columns] of Object.entries(texts)) {
    const changes = columns.map((column) => sql`${sql.ref(column)} = ${hidden} || ${sql.ref(column)}`);
    await sql`UPDATE ${sql.table(name)} SET ${sql.join(changes)}`.execute(state.db);
  }
  for (const statement of [
    sql`UPDATE plan_items SET asset_key = replace(asset_key, ':', ${`:${hidden}`})`,
    sql`UPDATE tables SET notes = ARRAY[${`${hidden}a note`}], partition_keys = ARRAY[${`${hidden}day`}]`,
    sql`UPDATE table_schemas SET columns = jsonb_build_array(jsonb_build_object(
      'name', ${`${hidden}id`}::text, 'type', ${`${hidden}int`}::text, 'comment', ${`${hidden}a comment`}::text))`,
    sql`UPDATE plan_items SET remarks = jsonb_build_array(jsonb_build_object(
      'text', ${`${hidden}a remark`}::text, 'source', '', 'fix', ${`${hidden}a fix`}::text))`,
    // By which a comparison finds tables.
    sql`UPDATE databases SET search_text = names, name_digests = encode(digests, 'base64')
      FROM (
        SELECT database_id, string_agg(lower(table_name), E'\\n') AS names, string_agg(digest, '' ORDER BY digest) AS digests
        FROM (SELECT *, substring(sha256(table_name::bytea) FOR 8) AS digest FROM tables) named GROUP BY 1) own
      WHERE database_id = databases.id`,
    sql`UPDATE wave_machines SET error = jsonb_build_object('name', 'CutoverError', 'message', ${`${hidden}503`}::text)`,
    sql`UPDATE wave_dead_letters SET problems = jsonb_build_array(jsonb_build_object('code', 'wave-payload',
      'severity', 'error', 'path', ${`${hidden}/wave`}::text, 'message', ${`${hidden}wrong`}::text, 'fix', ${`${hidden}right`}::text))`,
    // Every text of the findings and the rows, but for the names of their parts.
    sql`UPDATE validation_results SET details = regexp_replace(details::text, '": "', ${`": "${hidden}`}, 'g')::jsonb
      WHERE details IS NOT NULL`,
  ])
    await statement.execute(state.db);
}

/** The addresses, and whether they show any such text. */
const views = (): readonly (readonly [path: string, shows: boolean])[] => [
  ['/', true],
  ['/databases', true],
  ['/tables', true],
  [`/tables?database=${hidden}sales`, true],
  [`/table?table=${table}`, true],
  ['/trends', false],
  ['/compare', true],
  ['/transformation', true],
  ['/migration', true],
  ['/migration?status=FAILED', true],
  ['/history', true],
  ['/waves', true],
  ['/machines', true],
  [`/machines?wave=${hidden}shop&application=${hidden}wiki`, true],
  [`/machine?machine=${machine}`, true],
  ['/validation', true],
  [`/validation?table=${table}`, true],
  ['/certificate', false],
  ['/cutover', false],
  ['/audit', true],
];

test('no view shows text with characters that nobody sees; they stand there by their number', async () => {
  const page = await context.newPage();
  for (const [path, shows] of views()) {
    await page.goto(app.origin + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    for (const busy of ['p.state[role=status]', '[aria-busy=true]'])
      await page.locator(busy).first().waitFor({ state: 'detached' });
    if (path.startsWith('/migration')) await page.getByRole('heading', { name: 'Running now' }).waitFor();
    expect([path, await page.locator('[role=alert]').allInnerTexts()]).toEqual([path, []]);
    // With attributes, which a screen reader reads.
    const html = await page.content();
    const around = html
      .split(hidden)
      .slice(0, -1)
      .map((before) => before.slice(-80));
    expect([path, around]).toEqual([path, []]);
    expect([path, html.includes('\\u202e')]).toEqual([path, shows]);
  }
});
