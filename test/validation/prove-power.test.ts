import { expect, test } from '@jest/globals';
import { readHashAnswer } from '../../validation/checks/hash-answer.js';
import { openSides } from '../../validation/engines/sides.js';
import { mutationsOf } from '../../validation/power/mutations.js';
import { provePower, withWeakness } from '../../validation/power/prove-power.js';
import { compareRowCounts } from '../../validation/checks/row-count.js';
import { SideQuestions } from '../../validation/table/ask-sides.js';
import type { Scan } from '../../validation/sql/scan.js';
import { valueOf } from '../support/assess-run.js';
import { FakeEngine } from '../support/fake-engine.js';
import { comparedColumn } from '../support/forms.js';

const scan: Scan = {
  side: 'source',
  table: { catalog: 'glue', schema: 's', table: 't' },
  columns: [comparedColumn('id', 'bigint'), comparedColumn('name', 'varchar')],
  partitionColumns: [],
};
const hashes = readHashAnswer([[3, 'AA', 1, 9]], 0);
const kinds = mutationsOf(scan).map(({ kind }) => kind);

/** What the engine answers: the table as it is, then each mutation by its kind. */
async function power(rowOf: (kind: string, number: number) => readonly unknown[], answered = hashes) {
  const rows = [[0, 0, 3, 'AA', 5], ...kinds.map((kind, index) => [index + 1, ...rowOf(kind, index + 1)])];
  const engine = (catalog: string): FakeEngine =>
    new FakeEngine({ service: 'trino', instance: 'a', catalog, version: '476' }, [[/is_victim/, rows]]);
  const sides = valueOf(await openSides(engine('glue'), engine('hive')));
  return valueOf(await provePower(scan, answered, new SideQuestions(sides, undefined)));
}

const seen = (kind: string, number: number): readonly unknown[] => {
  if (kind === 'drop') return [0, 2, 'AB', 4];
  if (kind === 'double') return [0, 4, 'AC', 6];
  return [1, 3, `B${number}`, kind === 're-pair' ? 5 : 100 + number];
};

test('checks that see their mutations are not weak; statistics need not see values that two rows exchanged', async () => {
  const proven = await power(seen);
  expect(proven.weak).toEqual([]);
  expect(proven.checks).toEqual([
    { check: 'row_count', tried: 2, caught: 2 },
    { check: 'checksum', tried: kinds.length, caught: kinds.length },
    { check: 'statistics', tried: kinds.length - 2, caught: kinds.length - 2 },
  ]);
});

test('a checksum that does not see values that two rows exchanged is weak, and does not pass', async () => {
  const linear = await power((kind, number) => (kind === 're-pair' ? [1, 3, 'AA', 5] : seen(kind, number)));
  expect(linear.weak).toEqual(['checksum']);
  const passed = { ...compareRowCounts(hashes, hashes), check: 'checksum' as const };
  expect(withWeakness([passed], linear)).toMatchObject([{ status: 'warning', findings: [{ code: 'check-weak' }] }]);
});

test('a mutation that changes nothing proves nothing', async () => {
  const proven = await power((kind, number) => (kind === 'truncate' ? [0, 3, 'AA', 5] : seen(kind, number)));
  expect(proven.mutations).toContainEqual({ kind: 'truncate', column: 'name', isApplied: false, seenBy: [] });
  expect(proven.weak).toEqual([]);
});

test('a table without rows proves nothing: every check is weak', async () => {
  expect((await power(seen, readHashAnswer([[0, null, null, null]], 0))).weak).toEqual([
    'row_count',
    'checksum',
    'statistics',
  ]);
});
