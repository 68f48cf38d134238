import { describe, expect, test } from '@jest/globals';
import { parseQuery } from '../../registration/trino-sql/parse-query.js';
import { damagedQuery, readsTable } from '../../validation/power/query-power.js';
import { schemaPower } from '../../validation/power/schema-power.js';
import type { DescribedColumn } from '../../validation/sql/columns-query.js';
import type { Scan } from '../../validation/sql/scan.js';
import { comparedColumn } from '../support/forms.js';

const column = (name: string, type: string, more: Partial<DescribedColumn> = {}): DescribedColumn => {
  return { name, type, isNullable: true, comment: null, isPartitionKey: false, ...more };
};
const columns = [
  column('id', 'bigint'),
  column('price', 'decimal(10,2)'),
  column('raw', 'varbinary'),
  column('tags', 'array(row(a integer, b map(varchar, decimal(5,0))))'),
  column('day', 'date', { isPartitionKey: true }),
];

describe('the schema check', () => {
  test.each([['hive'], ['iceberg']] as const)('sees each change of each column of a table in %s', async (target) => {
    const { tried, caught } = await schemaPower(columns, columns, { target });
    expect(tried).toBeGreaterThan(25);
    expect(caught).toBe(tried);
  });

  test('of many columns lets other work go on', async () => {
    const many = Array.from({ length: 30 }, (_, index) => column(`c${index}`, 'bigint'));
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    const { tried } = await schemaPower(many, many, { target: 'hive' });
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(Math.floor(tried / 20) - 1);
    expect(turns).toBeGreaterThan(5);
  });

  test('sees more differences in a schema that differs already', async () => {
    const { tried, caught } = await schemaPower(columns, columns.slice(1), { target: 'hive' });
    expect(caught).toBeLessThanOrEqual(tried);
    expect(caught).toBeGreaterThan(tried / 2);
  });
});

describe('a test query', () => {
  const table = { catalog: 'glue', schema: 'Sales', table: 'orders' };
  const scan: Scan = { side: 'source', table, columns: [comparedColumn('id', 'bigint')], partitionColumns: [] };
  const damaged = (source: string): string | undefined =>
    damagedQuery({ source }, scan, [column('id', 'bigint'), column('no "hash"', 'hyperloglog')], 'false');

  test.each([
    ['SELECT count(*) AS n FROM sales.orders', 1],
    ['SELECT o.id FROM glue.sales.orders o WHERE o.id > 1', 1],
    ['SELECT sales.orders.id FROM sales.orders', 1],
    ['SELECT orders.id FROM "sales"."orders" JOIN sales.lines l ON orders.id = l.id', 1],
    ['SELECT a.id FROM sales.orders a JOIN sales.orders b USING (id)', 2],
    ['WITH orders AS (SELECT id FROM sales.orders) SELECT id FROM orders', 1],
    ['SELECT 1 AS a WHERE EXISTS (SELECT 1 FROM sales.orders WHERE orders.id = 4)', 1],
  ])('%s reads a part of the table instead', (sql, times) => {
    const text = damaged(sql) ?? '';
    expect(text.match(/WHERE false\)/g)).toHaveLength(times);
    expect(text).toContain('AS "no ""hash"""');
    expect(parseQuery(text)).toMatchObject({ ok: true });
  });

  test.each([
    ['SELECT id FROM sales.orders FOR VERSION AS OF 4711'],
    ['SELECT "$path" AS p FROM sales.orders'],
    ['SELECT id FROM sales.lines'],
    ['SELECT id FROM orders'],
    ['SELEC'],
  ])('%s cannot', (sql) => {
    expect(damaged(sql)).toBeUndefined();
  });

  test.each([
    ['SELECT 1 AS a FROM sales.orders', true],
    ['SELECT 1 AS a FROM hive.s.orders', true],
    ['SELECT 1 AS a FROM sales.lines', false],
    ['not SQL', true],
  ])('%s is a query of the table: %s', (sql, reads) => {
    const query = { id: 'q', source: sql, target: sql, isTotallyOrdered: false };
    expect(readsTable(query, { source: table, target: { catalog: 'hive', schema: 's', table: 'orders' } })).toBe(reads);
  });
});
