import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolve } from '../../../mappings/index.js';
import type { Plan } from '../../../mappings/index.js';
import { makeManifest } from '../../../registration/index.js';
import type { ManifestEntry } from '../../../registration/index.js';
import { assessmentWith, table as assessed } from '../../support/assessment-builder.js';
import { sharedLakehouse } from '../../support/shared-lakehouse.js';
import type { SharedLakehouse } from '../../support/shared-lakehouse.js';
import { templateWith } from '../../support/templates.js';
import { viewCorpus } from '../../support/view-corpus.js';

const root = join(import.meta.dirname, '..', '..', '..');
const prefix = 'views_corpus_';
let lakehouse: SharedLakehouse;
let entries: readonly ManifestEntry[];

beforeAll(async () => {
  lakehouse = await sharedLakehouse();
  const { manifest } = await viewCorpus(prefix);
  entries = [...manifest.catalogs.values()].flat();
  await dropSchemas();
  for (const entry of entries.filter(({ phase }) => phase !== 'view')) {
    for (const statement of statementsOf(entry)) await lakehouse.query(statement);
  }
}, 600_000);

afterAll(dropSchemas, 300_000);

/** Iceberg tables are created empty instead of registered: the corpus has no files. */
function statementsOf({ method, statements, target }: ManifestEntry): readonly string[] {
  if (method !== 'register') return statements;
  return [
    `CREATE SCHEMA IF NOT EXISTS ${target.catalog}.${target.schema}`,
    `CREATE TABLE ${target.catalog}.${target.schema}.${target.table ?? ''} (id bigint, customer_id bigint, amount decimal(12, 2), updated timestamp(6))`,
  ];
}

async function dropSchemas(): Promise<void> {
  for (const catalog of ['hive', 'iceberg']) {
    const schemas = await lakehouse.query(`SHOW SCHEMAS FROM ${catalog} LIKE '${prefix}%'`);
    for (const [schema] of schemas) await lakehouse.query(`DROP SCHEMA ${catalog}.${String(schema)} CASCADE`);
  }
}

test('Trino creates each view of the corpus that is mapped, and reads it', async () => {
  const views = entries.filter(({ phase }) => phase === 'view');
  const refused: string[] = [];
  for (const { statements, target } of views) {
    const name = `${target.catalog}.${target.schema}.${target.table ?? ''}`;
    try {
      for (const statement of statements) await lakehouse.query(statement);
      await lakehouse.query(`SELECT * FROM ${name} LIMIT 1`);
    } catch (error) {
      refused.push(`${name}: ${(error as Error).message}`);
    }
  }
  expect(refused).toEqual([]);
  expect(views.length).toBeGreaterThanOrEqual(60);
  process.stdout.write(`${views.length} Athena views were created in Trino and read.\n`);
}, 600_000);

test.each([
  ['a list of times', 'SELECT ARRAY[now()] AS c', 'array(timestamp(3) with time zone)'],
  ['a row', "SELECT CAST(ROW(TIME '01:02:03.123') AS ROW(x time(3))) AS c", 'row(x time(3))'],
  ['a map', "SELECT MAP(ARRAY['a'], ARRAY[CAST(1 AS smallint)]) AS c", 'map(varchar, smallint)'],
  ['a small number', 'SELECT CAST(1 AS tinyint) AS c', 'tinyint'],
])('%s in a view of an Iceberg catalog', async (_name, sql, type) => {
  const view = assessed('nested.v', {
    format: 'VIEW',
    location: null,
    columns: [],
    view: { dialect: 'presto', sql, catalog: 'awsdatacatalog', schema: 'nested', columns: [{ name: 'c', type }] },
  });
  const rules = `  - { name: schema, when: { kind: database }, to: { catalog: iceberg, schema: '${prefix}nested' } }
  - { name: view, when: { kind: table }, to: { catalog: iceberg, table: v } }`;
  const { manifest } = planned(resolve(assessmentWith([view]), templateWith(rules)));
  for (const { statements } of manifest) for (const statement of statements) await lakehouse.query(statement);
  expect(await lakehouse.query(`SELECT count(c) FROM iceberg.${prefix}nested.v`)).toEqual([[1]]);
  await lakehouse.query(`DROP VIEW iceberg.${prefix}nested.v`);
});

function planned(plan: Plan): { readonly manifest: readonly ManifestEntry[] } {
  expect(plan.blocked).toEqual([]);
  return { manifest: [...makeManifest(plan).catalogs.values()].flat() };
}

describe('what registration knows of Trino is what the real one says', () => {
  test('the functions', async () => {
    const rows = await lakehouse.query('SHOW FUNCTIONS');
    const names = new Set(rows.map(([name]) => String(name).toLowerCase()));
    const known = JSON.parse(read('registration/trino-sql/functions-476.json')) as readonly string[];
    expect(known).toEqual([...names].sort());
  });

  test('the grammar', () => {
    const printed = execFileSync(join(root, 'tools', 'trino-facts', 'grammar.sh'), ['476'], {
      encoding: 'utf8',
      maxBuffer: 10_000_000,
    });
    expect(read('registration/trino-sql/grammar-476.json')).toBe(printed);
  });
});

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
