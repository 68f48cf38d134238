// `tsx environments/dashboard/screenshots.ts`: the pictures of docs/dashboard.md and docs/tour.md, in docs/images: the main
// views, and the first pages of the report and the certificate. Only those that are named, where some are.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { buildServer, openSecrets } from '../../monitoring/dashboard/server/index.js';
import { openState } from '../../state/index.js';
import { startChromium } from './chromium.js';
import { writeFiles } from './files.js';
import { fillStore } from './fill-store.js';
import { measure } from './live.js';
import { writePages } from './pdf-pages.js';

const root = join(import.meta.dirname, '..', '..');
const images = join(root, 'docs', 'images');
const target = join(images, 'dashboard');
const wanted = process.argv.slice(2);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly dark?: boolean;
  readonly width?: number;
}

const pictures: readonly Picture[] = [
  { name: 'assessment', path: '/' },
  { name: 'assessment-dark', path: '/', dark: true },
  { name: 'tables', path: '/tables?sort=size&direction=desc&formats=PARQUET&formats=ORC' },
  { name: 'table', path: '/table?table=finance.accounts' },
  { name: 'trends', path: '/trends' },
  { name: 'changes', path: '/compare' },
  { name: 'mapping', path: '/transformation?outcome=blocked' },
  { name: 'terraform', path: '/terraform' },
  { name: 'migration', path: '/migration' },
  { name: 'migration-dark', path: '/migration', dark: true },
  { name: 'history', path: '/history' },
  { name: 'waves', path: '/waves' },
  { name: 'machines', path: '/machines?wave=shop' },
  { name: 'machine', path: '/machine?machine=shop-shop-search-12' },
  { name: 'validation', path: '/validation' },
  { name: 'certificate', path: '/certificate' },
  { name: 'cutover', path: '/cutover' },
  { name: 'phone', path: '/migration', width: 390 },
  { name: 'phone-waves', path: '/waves', width: 390 },
];

const folder = mkdtempSync(join(tmpdir(), 'a2o-screenshots-'));
mkdirSync(target, { recursive: true });
const state = await openState(
  { engine: 'embedded', folder: join(folder, 'state') },
  { access: 'write', purpose: 'screenshots' },
);
if (!state.ok) throw new Error('the store cannot be made');
const { assessmentId } = await fillStore(state.value, { now: new Date() });
const running = await state.value.db
  .selectFrom('migration_jobs')
  .select('id')
  .where('assessment_id', '=', assessmentId)
  .where('status', '=', 'RUNNING')
  .execute();
for (const { id } of running) await measure(state.value, id, 64_000_000);
const failing = await state.value.db
  .selectFrom('migration_jobs')
  .innerJoin('tables', 'tables.id', 'table_id')
  .innerJoin('validation_results', 'migration_job_id', 'migration_jobs.id')
  .select(['database_name', 'table_name'])
  .where('validation_type', '=', 'checksum')
  .where('validation_results.status', '=', 'failed')
  .where('source_value', 'is not', null)
  .executeTakeFirstOrThrow();
const secrets = openSecrets(join(folder, 'sign-in.json'));
if (!secrets.ok || secrets.value.made === undefined) throw new Error('the tokens cannot be made');
const files = await writeFiles(state.value, folder, assessmentId);
const app = await buildServer({
  state: state.value,
  secrets: secrets.value.secrets,
  ...files,
  onProblem: console.error,
});
await app.listen({ host: '127.0.0.1', port: 0 });
const origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
const browser = await startChromium();
try {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' });
  const page = await context.newPage();
  await signIn(page, secrets.value.made.admin);
  const failure = {
    name: 'failed-rows',
    path: `/validation?table=${failing.database_name}.${failing.table_name}`,
  };
  for (const picture of [...pictures, failure]) if (isWanted(picture.name)) await take(page, picture);
  if (isWanted('report-pages')) writePages(writeReport(), join(images, 'report'), 2);
  if (isWanted('certificate-pages'))
    writePages(join(files.certificate?.folder ?? '', 'certificate.pdf'), join(images, 'certificate'), 2);
} finally {
  await browser.close();
  await app.close();
  await state.value.close();
  rmSync(folder, { recursive: true });
}

/** Of the demo's assessment, by the command. */
function writeReport(): string {
  const output = join(folder, 'report');
  const command = ['report', '--assessment', join(root, 'examples', 'demo'), '--output', output];
  execFileSync(process.execPath, [join(root, 'cli', 'aws2openstack.mjs'), ...command]);
  return join(output, 'migration-report.pdf');
}

async function signIn(page: Page, token: string): Promise<void> {
  await page.goto(`${origin}/`);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Assessment' }).waitFor();
}

async function take(page: Page, { name, path, dark = false, width = 1280 }: Picture): Promise<void> {
  await page.setViewportSize({ width, height: width < 500 ? 844 : 860 });
  await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
  await page.goto(origin + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  if (path !== '/certificate') await page.locator('table').first().waitFor({ state: 'attached' });
  // Until nothing loads, charts are drawn, and what is live has arrived.
  for (const busy of ['.state[role=status]', '[aria-busy=true]'])
    await page.locator(busy).first().waitFor({ state: 'detached' });
  for (const canvas of await page.locator('.canvas').all()) await canvas.locator('svg').waitFor();
  if ((await page.locator('.live').count()) > 0) await page.getByText('Live', { exact: true }).waitFor();
  if (path.startsWith('/migration')) await page.getByRole('heading', { name: 'Running now' }).waitFor();
  if (path === '/certificate') {
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('intact', { exact: true }).waitFor();
  }
  await page.screenshot({ path: join(target, `${name}.png`) });
  console.log(`${name}.png`);
}
