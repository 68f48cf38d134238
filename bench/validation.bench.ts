import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trinoClient } from '../clients/trino/index.js';
import { claimFolder, removeLakehouse } from '../environments/lakehouse/folder.js';
import { Lakehouse } from '../environments/lakehouse/lakehouse.js';
import { fillWithDemo } from '../environments/lakehouse/sample.js';
import { valueOf } from '../test/support/assess-run.js';
import type { QueryEngine } from '../validation/engines/query-engine.js';
import { openSides } from '../validation/engines/sides.js';
import { trinoEngine } from '../validation/engines/trino-engine.js';
import { countAndHash } from '../validation/sql/row-hash-queries.js';
import type { TableValidation } from '../validation/table/validate-table.js';
import { validateTable } from '../validation/table/validate-table.js';
import { startPythonCommand } from './comparison/python-command.js';
import { reladiffPackage } from './comparison/reladiff.js';
import { openTrinoDoor } from './comparison/trino-door.js';
import { median, print } from './measure.js';
import {
  asked,
  checksums,
  createTable,
  nestedColumns,
  partitions,
  plainColumns,
  scanOf,
  schema,
  table,
  wideColumns,
} from './validation-tables.js';
import type { BenchTable } from './validation-tables.js';

// The row hash against `checksum` of each column, in turns, on its own Trino over Ceph; then five damaged rows, found by
// validateTable and by reladiff. A2O_BENCH_ROWS, A2O_BENCH_WIDE_ROWS and A2O_BENCH_NESTED_ROWS say how many rows the tables
// have, A2O_BENCH_RELADIFF_SECONDS how long reladiff may take (0: it is left out), and A2O_BENCH_LAKEHOUSE the folder of a
// lakehouse that runs already.
const setting = (name: string, unset: number): number => Number(process.env[name] ?? unset);
const plain: BenchTable = { name: 'plain', rows: setting('A2O_BENCH_ROWS', 10_000_000), columns: plainColumns };
const wide: BenchTable = { name: 'wide', rows: setting('A2O_BENCH_WIDE_ROWS', 200_000), columns: wideColumns };
const nested: BenchTable = {
  name: 'nested',
  rows: setting('A2O_BENCH_NESTED_ROWS', 1_000_000),
  columns: nestedColumns,
};
const rounds = setting('A2O_BENCH_ROUNDS', 5);
const reladiffSeconds = setting('A2O_BENCH_RELADIFF_SECONDS', 1800);

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
const running = process.env['A2O_BENCH_LAKEHOUSE'];
const folder = running ?? mkdtempSync(join(tmpdir(), 'a2o-bench-validation-'));
if (running === undefined) claimFolder(folder);
const lakehouse = await Lakehouse.open(folder, { isLasting: running !== undefined });
try {
  if (running === undefined) await fillWithDemo(lakehouse, { folder, base: 'default', say });
  const client = trinoClient(lakehouse.access());
  const catalogSession = { timestamp_precision: 'MILLISECONDS' };
  const source = valueOf(await trinoEngine(client, { catalog: 'hive', catalogSession }));
  const target = valueOf(await trinoEngine(client, { catalog: 'iceberg' }));
  await (await lakehouse.startObjectStore()).createBuckets([schema]);
  await asked(source, `CREATE SCHEMA hive.${schema} WITH (location = 's3://${schema}/hive/')`);
  await asked(target, `CREATE SCHEMA iceberg.${schema}`);
  for (const [of, bound] of [
    [plain, 3.5],
    [wide, 5],
    [nested, 5],
  ] as const) {
    say(`creating ${of.name}`);
    await createTable(source, 'source', of);
    await compareHashes(source, of, bound);
  }
  say('creating the target');
  await createTable(target, 'target', plain);
  const validated = (): Promise<Timed<TableValidation>> => timed(() => validatePlain(source, target));
  const equal = await validated();
  if (equal.value.located !== null) throw new Error('equal tables differ');
  await damage(target);
  const damaged = await validated();
  reportLocated(damaged.value);
  say(`validateTable: ${equal.seconds.toFixed(1)} s equal, ${damaged.seconds.toFixed(1)} s damaged`);
  if (reladiffSeconds > 0) await compareWithReladiff(damaged.seconds);
} finally {
  await (running === undefined ? removed() : emptied());
}

async function removed(): Promise<void> {
  await lakehouse.stop();
  await lakehouse.removeDatabase();
  removeLakehouse(folder);
}

async function emptied(): Promise<void> {
  for (const catalog of ['hive', 'iceberg'])
    valueOf(await trinoClient(lakehouse.access()).query(`DROP SCHEMA IF EXISTS ${catalog}.${schema} CASCADE`));
  await (await lakehouse.startObjectStore()).removeBucket(schema);
}

/** Elapsed in Trino, in turns; the first turn warms up. */
async function compareHashes(engine: QueryEngine, of: BenchTable, bound: number): Promise<void> {
  const queries = { hash: countAndHash(scanOf('source', of)), checksums: checksums('source', of) };
  const seconds: Record<keyof typeof queries, number[]> = { hash: [], checksums: [] };
  const bytes = { hash: 0, checksums: 0 };
  for (let round = 0; round <= rounds; round += 1)
    for (const kind of ['hash', 'checksums'] as const) {
      const { figures } = await asked(engine, queries[kind]);
      if (figures.rowsRead !== of.rows) throw new Error(`${kind} read ${figures.rowsRead} rows of ${of.rows}`);
      bytes[kind] = figures.bytesRead ?? 0;
      if (round > 0) seconds[kind].push(figures.elapsedMs / 1000);
    }
  const name = `validation: row hash, ${of.rows.toLocaleString('en')} rows × ${of.columns.length} columns`;
  say(`${name}: ${seconds.hash.join(' ')} s; checksums: ${seconds.checksums.join(' ')} s`);
  print({
    name: of === plain ? name : `${name} (${of.name})`,
    measure: 'seconds in Trino, one scan; baseline: checksum() of each column',
    value: median(seconds.hash),
    baseline: median(seconds.checksums),
    bound,
  });
  if (of === plain)
    print({
      name,
      measure: 'MB read from storage; baseline: checksum() of each column',
      value: bytes.hash / 1e6,
      baseline: bytes.checksums / 1e6,
      bound: 1.01,
    });
}

interface Timed<T> {
  readonly value: T;
  readonly seconds: number;
}

async function timed<T>(run: () => Promise<T>): Promise<Timed<T>> {
  const begun = performance.now();
  const value = await run();
  return { value, seconds: (performance.now() - begun) / 1000 };
}

async function validatePlain(source: QueryEngine, target: QueryEngine): Promise<TableValidation> {
  const sides = valueOf(await openSides(source, target));
  const pair = {
    key: 'table:bench.plain',
    source: table('source', plain.name),
    target: table('target', plain.name),
    partitionColumns: ['part'],
    schema: { target: 'iceberg' },
  } as const;
  const options = { runId: 'bench', provesPower: false, locate: { keyColumns: ['id'] } };
  return validateTable(pair, { ...options, checks: ['schema', 'row_count', 'partition', 'checksum'] }, sides);
}

/** Three rows changed, one lost and one doubled, in 2 of the 16 partitions. */
async function damage(target: QueryEngine): Promise<void> {
  const name = `iceberg.${schema}.${plain.name}`;
  for (const statement of [
    `UPDATE ${name} SET amount = amount + DECIMAL '0.01' WHERE part = 3 AND id = 19`,
    `UPDATE ${name} SET quantity = quantity + 1 WHERE part = 3 AND id = 35`,
    `UPDATE ${name} SET day = date_add('day', 1, day) WHERE part = 11 AND id = 11`,
    `DELETE FROM ${name} WHERE part = 11 AND id = 27`,
    `INSERT INTO ${name} SELECT * FROM ${name} WHERE part = 11 AND id = 43`,
  ])
    await asked(target, statement);
}

function reportLocated({ located, queries }: TableValidation): void {
  const { missing, extra, changed } = located?.totals ?? { missing: 0, extra: 0, changed: 0 };
  if (missing !== 1 || extra !== 1 || changed !== 3)
    throw new Error(`found ${missing} missing, ${extra} extra and ${changed} changed rows`);
  const affected = (2 * plain.rows) / partitions;
  for (const side of ['source', 'target'] as const) {
    const scans = queries.filter((query) => query.side === side && query.purpose.startsWith('locate'));
    const name = `validation: 5 damaged rows found, ${side}`;
    print({ name, measure: 'more scans; baseline: 2', value: scans.length, baseline: 2, bound: 1 });
    print({
      name,
      measure: 'rows of the largest scan; baseline: rows of the 2 partitions with damage',
      value: Math.max(...scans.map(({ rowsRead }) => rowsRead ?? Infinity)),
      baseline: affected,
      // The files of deletes and updates have rows, too.
      bound: 1 + 10 / affected,
    });
  }
}

async function compareWithReladiff(validationSeconds: number): Promise<void> {
  const door = await openTrinoDoor(lakehouse.access());
  const command = startPythonCommand(reladiffPackage, { A2O_COMMAND_SECONDS: String(reladiffSeconds) });
  try {
    const database = (catalog: string): string => `trino://admin@${door.host}/${catalog}/${schema}`;
    const columns = [...plainColumns.slice(1).map(({ name }) => name), 'part'].flatMap((name) => ['-c', name]);
    const args = [database('hive'), plain.name, database('iceberg'), plain.name, '-k', 'id', ...columns];
    const { value, seconds } = await timed(() => command.run(...args, '--json', '-j', '4'));
    const found = value.stdout.split('\n').filter((line) => line !== '').length;
    // It exits with 0 after an error, too.
    const hasFailed = value.status !== 0 || value.stderr.includes('ERROR - ');
    say(
      `reladiff ${command.version}: ${seconds.toFixed(1)} s, status ${value.status}, ${found} lines\n${value.stdout}${value.stderr}`,
    );
    print({
      name: 'validation: 5 damaged rows found and shown',
      measure: `seconds; baseline: reladiff ${command.version}, which ${hasFailed ? 'ended with an error' : `showed ${found} lines`}`,
      value: validationSeconds,
      baseline: seconds,
      bound: 1,
    });
  } finally {
    await command.stop();
    await door.close();
  }
}
