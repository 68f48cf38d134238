// `make lakehouse-local`, `lakehouse-local-down`, `lakehouse-local-status`, `lakehouse-local-clean`, `lakehouse-query`.
import { join, resolve } from 'node:path';
import { endOnSignals } from '../../core/stop-signals.js';
import { builtInTemplates } from '../../mappings/index.js';
import { claimFolder, holdsLakehouse, lakehouseFolder, objectStoreIn, removeLakehouse } from './folder.js';
import { Lakehouse } from './lakehouse.js';
import type { ObjectStoreType } from './object-store.js';
import { runQuery } from './query.js';
import { fillWithDemo } from './sample.js';

const given = process.env['A2O_MAPPING'] ?? 'default';
const mapping = builtInTemplates().includes(given) ? given : resolve(given);
const started = Date.now();

type Command = (lakehouse: Lakehouse, folder: string, args: readonly string[]) => Promise<void>;

const commands: Readonly<Record<string, Command>> = {
  async up(lakehouse, folder) {
    await fillWithDemo(lakehouse, { folder, base: mapping, say });
    const { url, user } = lakehouse.access();
    const authority = join(folder, 'machine/var/lib/aws2openstack/authority/ca.pem');
    const tables = `Query it:

  make lakehouse-query SQL='SELECT region, sum(amount) FROM hive.test_analytics.sales_data GROUP BY 1'
  make lakehouse-query SQL='SELECT count(*) FROM iceberg.test_analytics.customer_data'`;
    const elsewhere = `List its tables: make lakehouse-query SQL='SELECT * FROM system.jdbc.tables'`;
    console.log(`
Trino is running at ${url}. ${mapping === 'default' ? tables : elsewhere}

In a browser or another client: user ${user}, password in ${join(folder, 'secrets.json')} (lakehouse-trino-admin); the
authority of its certificate is ${authority}.
\`make lakehouse-local-down\` stops it and keeps its data, \`make lakehouse-local-clean\` removes both.`);
  },
  async down(lakehouse) {
    await lakehouse.stop();
    console.log('The lakehouse is down and its data stays. `make lakehouse-local` starts it again.');
  },
  async status(lakehouse) {
    for (const [name, runs] of Object.entries(await lakehouse.status()))
      console.log(`${name.padEnd(16)} ${runs ? 'up' : 'down'}`);
  },
  async clean(lakehouse, folder) {
    await lakehouse.stop();
    await lakehouse.removeDatabase();
    const others = removeLakehouse(folder);
    console.log('The lakehouse and its data are removed.');
    if (others.length > 0) console.log(`Files that are not the lakehouse's stay in ${folder}: ${others.join(', ')}`);
  },
  async query(lakehouse, _folder, [sql = '']) {
    if (sql.trim() === '') throw new Error("The query is empty. Set SQL: make lakehouse-query SQL='SHOW CATALOGS'");
    if (!(await lakehouse.status())['trino'])
      throw new Error('Trino is not running. `make lakehouse-local` starts it.');
    await runQuery(lakehouse.access(), sql, (line) => {
      console.log(line);
    });
  },
};

const [name = '', ...args] = process.argv.slice(2);
endOnSignals(() => {
  console.error(
    'Interrupted. Programs that were started go on running: `make lakehouse-local` continues, `make lakehouse-local-down` stops them, `make lakehouse-local-clean` removes them and their data.',
  );
});
try {
  const command = commands[name];
  if (command === undefined)
    throw new Error(`'${name}' is not a command; commands are ${Object.keys(commands).join(', ')}.`);
  const folder = lakehouseFolder(process.env['A2O_LAKEHOUSE_DIR']);
  const named = process.env['A2O_OBJECT_STORE'] ?? '';
  const objectStore = named === '' ? undefined : (named as ObjectStoreType);
  const { type } = objectStoreIn(folder, objectStore);
  if (name === 'up') claimFolder(folder);
  if (holdsLakehouse(folder))
    await command(await Lakehouse.open(folder, { isLasting: true, objectStore: type }), folder, args);
  else reportNone(folder);
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

/** An error for a query only; without a lakehouse, the other commands have nothing to do. */
function reportNone(folder: string): void {
  const text = `There is no lakehouse in ${folder}. \`make lakehouse-local\` creates one.`;
  if (name === 'query') throw new Error(text);
  console.log(text);
}

function say(text: string): void {
  console.error(`[${String(Math.round((Date.now() - started) / 1000)).padStart(3)} s] ${text}`);
}
