import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listTables, tableDetail } from '../../state/repositories/tables.js';
import type { StoredTable, TableList, TableSort } from '../../state/repositories/tables.js';
import { storeAssessment } from '../../state/repositories/store-assessment.js';
import type { State } from '../../state/index.js';
import type { AssessedTable } from '../../assessments/index.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { problemOf, readAll, valueOf } from '../support/pages.js';
import { engineNames, opened, startEngine } from '../support/state-engines.js';
import type { StateEngine } from '../support/state-engines.js';

const oddNames = [
  "o'brien",
  'a"b',
  '100%',
  'a_b',
  'axb',
  'a\\b',
  'größe',
  'GRÖSSE',
  '数据',
  'dot.ted',
  'a b',
  '😀',
  'a\nb',
];
const formats = ['ICEBERG', 'PARQUET', 'CSV', 'UNKNOWN'] as const;

const all: readonly AssessedTable[] = ['sales', 'dot', 'dot.dot', 'Mixed'].flatMap((database, first) =>
  [...oddNames, ...Array.from({ length: 30 }, (_, index) => `table_${index}`)].map((name, index) => ({
    ...table('x.y', {
      format: formats[index % 4] ?? 'CSV',
      readiness: index % 4 === 0 ? 'READY' : index % 4 === 3 ? 'UNKNOWN' : 'NEEDS_CONVERSION',
      size: {
        value: index % 5 === 0 ? null : (index % 7) * 1e9 + first,
        source: 'table-parameters',
        confidence: 'high',
      },
      lastUpdated: index % 6 === 0 ? null : `2026-01-0${1 + (index % 5)}T00:00:00.000Z`,
      columns: Array.from({ length: index % 3 }, (_, column) => ({ name: `c${column}`, type: 'int' })),
      partitionKeys: [{ name: 'day', type: 'date', comment: 'UTC' }],
    }),
    database,
    name,
  })),
);

const keyOf: Readonly<Record<TableSort, (row: StoredTable) => string | number>> = {
  name: () => 0,
  size: (row) => row.estimated_size_bytes ?? -1,
  format: (row) => row.table_format,
  readiness: (row) => row.migration_readiness,
  updated: (row) => row.last_updated?.getTime() ?? -1,
  partitions: (row) => row.partition_count ?? -1,
  columns: (row) => row.column_count,
};

describe.each(engineNames)('%s', (name) => {
  let engine: StateEngine;
  let state: State;
  let assessmentId: string;
  const find = async (list: Omit<TableList, 'assessmentId'>): Promise<string[]> =>
    (await readAll((page) => listTables(state, { assessmentId, ...list }, page), 7)).map(
      (row) => `${row.database_name}/${row.table_name}`,
    );
  const expected = (holds: (table: AssessedTable) => boolean): string[] =>
    all.filter(holds).map((one) => `${one.database}/${one.name}`);

  beforeAll(async () => {
    engine = await startEngine(name);
    state = await opened(await engine.fresh());
    assessmentId = await storeAssessment(state, assessmentWith(all));
    await storeAssessment(state, assessmentWith([table('sales.table_1'), table('sales.table_99')]));
  });
  afterAll(async () => {
    await state.close();
    await engine.stop();
  });

  test.each(Object.keys(keyOf) as TableSort[])('pages by %s hold every table once, in order', async (sort) => {
    for (const direction of ['asc', 'desc'] as const) {
      const rows = await readAll((page) => listTables(state, { assessmentId, sort, direction }, page), 11);
      const key = (row: StoredTable) => `${row.database_name}\0${row.table_name}`;
      expect(new Set(rows.map(key)).size).toBe(all.length);
      expect(rows).toHaveLength(all.length);
      const ascending = direction === 'asc' ? rows : [...rows].reverse();
      const byName = (a: StoredTable, b: StoredTable) => Buffer.compare(Buffer.from(key(a)), Buffer.from(key(b)));
      expect(ascending).toEqual(
        [...ascending].sort((a, b) => {
          const [left, right] = [keyOf[sort](a), keyOf[sort](b)];
          return left < right ? -1 : left > right ? 1 : byName(a, b);
        }),
      );
    }
  });

  test('tables by readiness, in one database or in all', async () => {
    const ready = expected((one) => one.readiness === 'READY');
    expect((await find({ readiness: 'READY' })).sort()).toEqual(ready.sort());
    expect((await find({ readiness: 'READY', database: 'dot' })).sort()).toEqual(
      expected((one) => one.readiness === 'READY' && one.database === 'dot').sort(),
    );
    expect(await find({ readiness: 'READY', database: 'nowhere' })).toEqual([]);
  });

  test('all filters together, in every order', async () => {
    const holds = (one: AssessedTable) =>
      one.database === 'sales' && one.format === 'CSV' && (one.size.value ?? 0) >= 2e9 && one.name.includes('1');
    for (const sort of Object.keys(keyOf) as TableSort[]) {
      const found = await find({ database: 'sales', format: 'CSV', minSizeGb: 2, pattern: '*1*', sort });
      expect(found.sort()).toEqual(expected(holds).sort());
    }
    expect(expected(holds).length).toBeGreaterThan(1);
  });

  test.each([
    ['table_1', (one: string) => one === 'table_1'],
    ['TABLE_1?', (one: string) => /^table_1.$/.test(one)],
    ['*_2*', (one: string) => one.includes('_2')],
    ['*', () => true],
    ['', () => false],
    ['a_b', (one: string) => one === 'a_b'],
    ['a?b', (one: string) => /^a[^]b$/.test(one)],
    ['100%', (one: string) => one === '100%'],
    ['%', () => false],
    ['a\\b', (one: string) => one === 'a\\b'],
    ["*'*", (one: string) => one.includes("'")],
    ['größe', (one: string) => one === 'größe'],
    ['GRÖSSE', (one: string) => one === 'GRÖSSE'],
    ['grÖsse', (one: string) => one === 'GRÖSSE'],
    ['?', (one: string) => one === '😀'],
    ['数*', (one: string) => one === '数据'],
    ['nothing*like*this', () => false],
  ])('the pattern %p finds the names that it means, whatever the order', async (pattern, holds) => {
    const wanted = expected((one) => holds(one.name)).sort();
    expect((await find({ pattern })).sort()).toEqual(wanted);
    expect((await find({ pattern, sort: 'size', direction: 'desc' })).sort()).toEqual(wanted);
  });

  test('a pattern with a dot looks at database.table and at names that hold a dot', async () => {
    expect(await find({ pattern: 'sales.table_1' })).toEqual(['sales/table_1']);
    expect(await find({ pattern: 'SAL*.*_29' })).toEqual(['sales/table_29']);
    expect((await find({ pattern: 'dot.ted' })).sort()).toEqual(
      ['Mixed/dot.ted', 'dot.dot/dot.ted', 'dot/dot.ted', 'sales/dot.ted'].sort(),
    );
    expect(await find({ pattern: 'mixed.TABLE_1' })).toEqual(['Mixed/table_1']);
    expect(await find({ pattern: 'dot.dot.table_3' })).toEqual(['dot.dot/table_3']);
  });

  test('a store that lacks the search texts is searched all the same', async () => {
    const copy = await storeAssessment(state, assessmentWith(all));
    await state.db.updateTable('databases').set({ search_text: null }).where('assessment_id', '=', copy).execute();
    const page = valueOf(await listTables(state, { assessmentId: copy, pattern: '*_29' }));
    expect(page.items.map((row) => row.database_name)).toEqual(['Mixed', 'dot', 'dot.dot', 'sales']);
  });

  test('an assessment of many names with capital letters is searched, too', async () => {
    const names = Array.from({ length: 1100 }, (_, index) => `Big_${index}`);
    const copy = await storeAssessment(state, assessmentWith(names.map((one) => table(`sales.${one}`))));
    for (const sort of ['name', 'size'] as const) {
      const found = (pattern: string): Promise<readonly StoredTable[]> =>
        readAll((page) => listTables(state, { assessmentId: copy, sort, pattern }, page), 500);
      expect(await found('big_*')).toHaveLength(names.length);
      expect((await found('*G_109?')).map((row) => row.table_name)).toEqual(names.slice(1090));
      expect(await found('sales.BIG_1')).toMatchObject([{ table_name: 'Big_1' }]);
    }
  });

  test('one table with its columns', async () => {
    expect(await tableDetail(state, { assessmentId, databaseName: 'dot.dot', tableName: "o'brien" })).toMatchObject({
      table_name: "o'brien",
      columns: [],
      partition_columns: [{ name: 'day', type: 'date', comment: 'UTC' }],
    });
    expect(await tableDetail(state, { assessmentId, databaseName: 'sales', tableName: 'table_1' })).toMatchObject({
      column_count: 2,
      columns: [
        { name: 'c0', type: 'int' },
        { name: 'c1', type: 'int' },
      ],
    });
    expect(await tableDetail(state, { assessmentId, databaseName: 'dot', tableName: 'dot.table_1' })).toBeUndefined();
  });

  test('a cursor of another order is refused', async () => {
    const cursor = valueOf(await listTables(state, { assessmentId, sort: 'size' }, { size: 1 })).next ?? '';
    expect(problemOf(await listTables(state, { assessmentId, sort: 'updated' }, { cursor })).code).toBe('bad-cursor');
    expect(problemOf(await listTables(state, { assessmentId, sort: 'size', direction: 'desc' }, { cursor })).code).toBe(
      'bad-cursor',
    );
  });
});
