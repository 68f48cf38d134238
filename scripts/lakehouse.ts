// `make lakehouse-local`, `lakehouse-local-down`, `lakehouse-local-status`, `lakehouse-local-clean`, `lakehouse-query`.
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Lakehouse } from './lakehouse/lakehouse.js';
import { runQuery } from './lakehouse/query.js';
import { fillWithDemo } from './lakehouse/sample.js';

const root = join(import.meta.dirname, '..');
const folder = process.env['A2O_LAKEHOUSE_DIR'] ?? join(root, '.aws2openstack', 'lakehouse');
const mapping = process.env['A2O_MAPPING'] ?? 'default';
const started = Date.now();
/** What lies in the folder of a lakehouse. */
const made = new Set([
  'log',
  'machine',
  'machine.bundle',
  'mapping.yaml',
  'object-store',
  'ports.json',
  'postgresql',
  'run',
  'secrets.json',
  'terraform',
  'testdata',
]);

const commands: Readonly<Record<string, (lakehouse: Lakehouse, args: readonly string[]) => Promise<void>>> = {
  async up(lakehouse) {
    await fillWithDemo(lakehouse, { folder, base: mapping, say });
    const { url, user } = lakehouse.access();
    console.log(`
Trino runs at ${url}, with the demo's tables in its catalogs hive and iceberg.

  make lakehouse-query SQL='SELECT region, sum(amount) FROM hive.test_analytics.sales_data GROUP BY 1'
  make lakehouse-query SQL='SELECT count(*) FROM iceberg.test_analytics.customer_data'

In a browser or another client: user ${user}, password in ${join(folder, 'secrets.json')} (lakehouse-trino-admin); it shows a
certificate of its own. \`make lakehouse-local-down\` stops it and keeps its data, \`make lakehouse-local-clean\` removes that.`);
  },
  async down(lakehouse) {
    await lakehouse.stop();
    console.log('The lakehouse is down. Its data stays: `make lakehouse-local` starts it again.');
  },
  async status(lakehouse) {
    for (const [name, runs] of Object.entries(await lakehouse.status()))
      console.log(`${name.padEnd(16)} ${runs ? 'runs' : 'down'}`);
  },
  async clean(lakehouse) {
    await lakehouse.stop();
    await lakehouse.removeDatabase();
    // Whoever set A2O_LAKEHOUSE_DIR may have other things there.
    const names = existsSync(folder) ? readdirSync(folder) : [];
    for (const name of names.filter((each) => made.has(each))) rmSync(join(folder, name), { recursive: true });
    if (names.every((each) => made.has(each)) && existsSync(folder)) rmdirSync(folder);
    console.log('The lakehouse and its data are gone.');
  },
  async query(lakehouse, [sql = '']) {
    if (sql.trim() === '') throw new Error("There is no query. Give one: make lakehouse-query SQL='SHOW CATALOGS'");
    if (!(await lakehouse.status())['trino']) throw new Error('Trino does not run. `make lakehouse-local` starts it.');
    await runQuery(lakehouse.access(), sql, (line) => {
      console.log(line);
    });
  },
};

const [name = '', ...args] = process.argv.slice(2);
try {
  const command = commands[name];
  if (command === undefined)
    throw new Error(`There is no command '${name}', only ${Object.keys(commands).join(', ')}.`);
  await command(await Lakehouse.open(folder, { isLasting: true }), args);
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

function say(text: string): void {
  console.error(`[${String(Math.round((Date.now() - started) / 1000)).padStart(3)} s] ${text}`);
}
