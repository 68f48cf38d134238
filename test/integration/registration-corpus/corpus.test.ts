import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { sharedLakehouse } from '../../support/shared-lakehouse.js';
import { converted, corpus } from './cases/index.js';
import { CorpusRun, inAnyOrder } from './corpus-run.js';

const toIceberg = `
  - { name: all, when: { kind: table, format: [PARQUET, ORC, AVRO, CSV, JSON, TEXT] }, to: { catalog: iceberg, convert: { format: iceberg } } }`;

const passes = [
  {
    pass: 'what the Plan maps, Trino creates and reads as it was written; what it blocks has the reason',
    cases: corpus,
  },
  { pass: 'what becomes Iceberg has the same rows', cases: converted, rules: toIceberg },
];

describe.each(passes)('$pass', ({ cases, rules }) => {
  let run: CorpusRun;
  beforeAll(async () => {
    run = new CorpusRun(await sharedLakehouse(), `corpus_${randomBytes(3).toString('hex')}`, cases, rules);
    await run.run();
  }, 1_200_000);
  afterAll(async () => {
    const { statements, rows, mapped, blocked } = run.totals;
    const reasons = [...blocked].map(([id, reason]) => `  ${id}: ${reason}`).sort();
    console.log(
      `${statements} statements, ${rows} rows; ${mapped.size} tables mapped, ${blocked.size} blocked:\n${reasons.join('\n')}`,
    );
    await run.remove();
  }, 300_000);

  test.each(cases.map((one) => [one.id, one] as const))('%s', (_, one) => {
    const { rows, queries = [], blocked, remarks = [] } = one.expected;
    const outcome = run.outcomeOf(one);
    const mayBeMapped = blocked === undefined || rows !== undefined || queries.length > 0;
    if (blocked !== undefined && (outcome.blocked !== undefined || !mayBeMapped)) {
      expect(outcome).toMatchObject({ blocked: expect.stringMatching(blocked) });
      return;
    }
    expect(outcome.blocked).toBeUndefined();
    expect(outcome.refused).toEqual([]);
    for (const remark of remarks) expect(outcome.remarks).toContainEqual(expect.stringMatching(remark));
    const expected = [...(rows === undefined ? [] : [rows]), ...queries.map((query) => query.rows)];
    expect(outcome.answers.map((answer) => ('error' in answer ? answer : inAnyOrder(answer)))).toEqual(
      expected.map(inAnyOrder),
    );
  });
});
