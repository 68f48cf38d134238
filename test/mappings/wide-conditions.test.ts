import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { implies } from '../../mappings/language/logic.js';
import { WideConditions } from '../../mappings/language/wide-conditions.js';
import type { Condition } from '../../mappings/template.js';
import { header, load } from '../support/templates.js';

const glob = fc.constantFrom('a', 'A', 'ab', 'b', 'a*', '*b', 'a*b', '*', '?', '{a,b}', '*a*', '[ab]');
const globs = fc.array(glob, { minLength: 1, maxLength: 2 });
const flat = fc.record(
  {
    kind: fc.constantFrom(['table'] as const, ['database', 'table'] as const),
    database: globs,
    table: globs,
    partitionKeys: globs,
    format: fc.constantFrom(['ORC'] as const, ['ORC', 'PARQUET'] as const),
    isLink: fc.boolean(),
    sizeGb: fc.constantFrom({ gte: 1 }, { gte: 2 }, 'unknown' as const),
    lastUpdated: fc.constantFrom({ before: '2020-01-01' }, { after: '2020-01-01' }),
    parameters: fc.constantFrom({ a: 'x' }, { a: '*' }, { a: 'x', b: 'y' }),
  },
  { requiredKeys: [] },
);
const condition: fc.Arbitrary<Condition> = fc
  .tuple(flat, fc.option(fc.array(flat, { minLength: 1, maxLength: 2 })), fc.option(flat), fc.option(flat))
  .map(([own, any, not, all]) => ({
    ...own,
    ...(any !== null && { any }),
    ...(not !== null && { not }),
    ...(all !== null && { all: [all] }),
  }));

test('the same earlier rule is found as by comparing with each', () => {
  fc.assert(
    fc.property(fc.array(condition, { maxLength: 12 }), condition, (earlier, narrow) => {
      const filed = new WideConditions<number>();
      for (const [index, each] of earlier.entries()) filed.add(each, index);
      const index = earlier.findIndex((wide) => implies(narrow, wide));
      expect(filed.firstImpliedBy(narrow)).toBe(index < 0 ? undefined : index);
    }),
    { numRuns: 2000 },
  );
});

test('one hidden rule is found among 9,000', () => {
  const rules = Array.from(
    { length: 9000 },
    (_, rule) => `- {name: r${rule}, when: {kind: table, table: "t${rule}_*"}, skip: x}\n`,
  );
  const loaded = load(
    `${header}rules:\n${rules.join('')}- {name: late, when: {kind: table, table: t8000_a}, skip: x}\nextends: default\n`,
  );
  expect(loaded).toMatchObject({ ok: false, error: [{ code: 'rule-never-matches', at: { line: 9005 } }] });
});
