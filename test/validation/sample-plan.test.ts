import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseQuery } from '../../registration/trino-sql/parse-query.js';
import { compareSamples } from '../../validation/checks/sample.js';
import { planSample, powerInAll } from '../../validation/checks/sample-plan.js';
import type { SampledPartition, SamplePlan } from '../../validation/checks/sample-plan.js';
import { sampledRows } from '../../validation/sql/row-hash-queries.js';
import type { Scan } from '../../validation/sql/scan.js';
import { comparedColumn } from '../support/forms.js';

const day = (index: number): string => `2024-${String(index).padStart(5, '0')}`;
const partitions = (count: number, rowsOf: (index: number) => number): readonly SampledPartition[] =>
  Array.from({ length: count }, (_, index) => ({ values: [day(index)], rows: BigInt(rowsOf(index)) }));
const planOf = (some: readonly SampledPartition[]): SamplePlan => planSample(some, 1000, 'abcdef');

/** One in how many rows the query reads of a partition. */
function oneInOf({ oneIn, strata }: SamplePlan, [value]: readonly (string | null)[]): number {
  return strata.find((stratum) => stratum.partitions.some(([own]) => own === value))?.oneIn ?? oneIn;
}

test('a small partition beside a large one is sampled, too', () => {
  const plan = planOf([
    { values: ['large'], rows: 1_000_000n },
    { values: ['small'], rows: 40n },
    { values: [null], rows: 3n },
  ]);
  expect(oneInOf(plan, ['large'])).toBe(512);
  expect(oneInOf(plan, ['small'])).toBe(8);
  expect(oneInOf(plan, [null])).toBe(1);
});

test('partitions of one size need no names in the query, however many they are', () => {
  const plan = planOf(partitions(5_000, () => 1_000_000));
  expect(plan).toMatchObject({ strata: [], undersampled: 0, oneIn: 131_072 });
  const { shares } = plan;
  expect(shares).toEqual([{ oneIn: 131_072, partitions: 5_000, rows: 5_000_000_000n }]);
});

test('each partition gives five rows or more on average, and the table about as many as are wanted', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(sizes, (rows) => {
      const plan = planOf(partitions(rows.length, (index) => rows[index] ?? 0));
      const expected = rows.map((own, index) => own / oneInOf(plan, [day(index)]));
      for (const [index, own] of expected.entries()) expect(own).toBeGreaterThanOrEqual(Math.min(5, rows[index] ?? 0));
      expect(expected.reduce((sum, own) => sum + own, 0)).toBeLessThan(2_000 + 10 * rows.length);
      expect(plan.shares.reduce((sum, share) => sum + share.partitions, 0)).toBe(rows.length);
    }),
  );
});

test('of more partitions than a query can name, the smallest keep their share, and the others are counted', () => {
  const plan = planOf(partitions(6_000, (index) => 10 * 2 ** (index % 12)));
  const named = plan.strata.flatMap((stratum) => stratum.partitions);
  expect(named.length).toBeLessThanOrEqual(2_000);
  expect(plan.strata[0]?.oneIn).toBe(2);
  expect(plan.undersampled).toBeGreaterThan(0);
  expect(plan.shares.reduce((sum, share) => sum + share.partitions, 0)).toBe(6_000);
  expect(compareSamples([], [], plan).details).toMatchObject({
    partitionsInTable: 6_000,
    undersampled: plan.undersampled,
  });
});

test('the power is stated by share and in all: of a table half of whose rows are read, a lost row is seen half of the times', () => {
  const shares = [
    { oneIn: 1, partitions: 1, rows: 10n },
    { oneIn: 1_024, partitions: 1, rows: 10n },
  ];
  expect(powerInAll(shares)[0]?.lost).toBeCloseTo(0.5, 3);
  const { details } = compareSamples([], [], { ...planOf([]), shares });
  expect(details).toMatchObject({
    shares: [
      { oneIn: 1, power: [{ damagedRows: 1, lost: 1 }, {}, {}, {}, {}] },
      { oneIn: 1_024, power: [{ damagedRows: 1, lost: 1 / 1_024 }, {}, {}, {}, {}] },
    ],
  });
});

test('the query is one scan of bounded size, and Trino parses it whatever the partitions are', () => {
  const [region, at] = [comparedColumn('region', 'varchar'), comparedColumn('day', 'date')];
  const scan: Scan = {
    side: 'source',
    table: { catalog: 'hive', schema: 's', table: 't' },
    columns: [comparedColumn('id', 'bigint'), region, at],
    partitionColumns: [region, at],
  };
  const values = [null, '', ' ', "o'x", '50%', '2024-01-01', '😀', 'a:b'];
  const odd = values.flatMap((one) => values.map((other) => ({ values: [one, other], rows: 3n })));
  const sql = sampledRows(scan, planOf([{ values: ['x', 'y'], rows: 1_000_000n }, ...odd]));
  expect(parseQuery(sql)).toMatchObject({ ok: true });
  expect(sql.match(/FROM "hive"/g)).toHaveLength(1);
  const sizes = partitions(5_000, (index) => 10 * 2 ** (index % 12)).map((each) => ({
    ...each,
    values: [...each.values, 'x'],
  }));
  expect(sampledRows(scan, planOf(sizes)).length).toBeLessThan(150_000);
});

test('partitions whose values only together look alike are told apart', () => {
  const scan = {
    side: 'source',
    table: { catalog: 'c', schema: 's', table: 't' },
    columns: [comparedColumn('a', 'varchar')],
  } as const;
  const keys = [comparedColumn('a', 'varchar'), comparedColumn('b', 'varchar')];
  const sql = sampledRows(
    { ...scan, partitionColumns: keys },
    {
      offset: 0,
      oneIn: 64,
      strata: [
        {
          oneIn: 1,
          partitions: [
            ['ab', 'c'],
            ['a', 'bc'],
            [null, '-'],
            ['-', null],
          ],
        },
      ],
    },
  );
  expect(/IN \(('2:ab1:c', '1:a2:bc', '-1:-', '1:--')\)/.test(sql)).toBe(true);
});
