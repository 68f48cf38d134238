import { expect, test } from '@jest/globals';
import { resolve } from '../../mappings/resolve/resolve.js';
import { checkSkippedDatabases } from '../../mappings/skipped-databases.js';
import { assessmentWith, table } from '../support/assessment-builder.js';
import { templateWith } from '../support/templates.js';

const noRules = '- { name: never, when: { kind: bucket, bucket: none }, skip: x }\n';

test.each([
  ['a b', 'a.b'],
  ['ä', 'ß'],
  ['a_b', 'a b'],
  ['ı', '_'],
])("databases '%s' and '%s', which fold to one schema, are blocked with their tables", (one, other) => {
  const plan = resolve(
    assessmentWith([
      table(`${one}.x`, { database: one, name: 'x' }),
      table(`${other}.y`, { database: other, name: 'y' }),
      table('sales.z'),
    ]),
    templateWith(noRules),
  );
  expect(plan.databases.map(({ schema }) => schema)).toEqual(['sales']);
  expect(plan.tables.map(({ source }) => source.database)).toEqual(['sales']);
  const reasons = plan.blocked.map(({ reason }) => reason);
  expect(reasons).toHaveLength(4);
  expect(reasons.join('\n')).toContain('it would become the same schema hive.');
  for (const name of [one, other]) expect(reasons.join('\n')).toContain(name);
});

test('a rule that names the schema merges databases', () => {
  const rules =
    '- { name: merge, when: { kind: database, database: ["a b", "a.b"] }, to: { catalog: hive, schema: both } }\n';
  const plan = resolve(
    assessmentWith([table('a b.x', { database: 'a b', name: 'x' }), table('a.b.y', { database: 'a.b', name: 'y' })]),
    templateWith(rules),
  );
  expect(plan.databases.map(({ schema }) => schema)).toEqual(['both', 'both']);
  expect([plan.tables.length, plan.blocked]).toEqual([2, []]);
});

test('a database that is skipped while its tables stay mapped is said once a rule', () => {
  const rules = '- { name: not these, when: { kind: database, database: "s*" }, skip: later }\n';
  const plan = resolve(
    assessmentWith([table('sales.a'), table('sales.b'), table('stock.c'), table('other.d')]),
    templateWith(rules),
  );
  expect(checkSkippedDatabases(plan)).toEqual([
    expect.objectContaining({
      severity: 'warning',
      message: "The rule 'not these' skips sales, stock, but 3 of the tables there stay mapped by other rules.",
      at: expect.objectContaining({ file: 'acme.yaml' }),
    }),
  ]);
});
