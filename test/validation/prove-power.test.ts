import { expect, test } from '@jest/globals';
import { diagnostic } from '../../core/diagnostic.js';
import { fail } from '../../core/result.js';
import { readHashAnswer } from '../../validation/checks/hash-answer.js';
import { openSides } from '../../validation/engines/sides.js';
import { mutationsOf } from '../../validation/power/mutations.js';
import type { MutationKind } from '../../validation/power/mutations.js';
import { powerOf, provePower } from '../../validation/power/prove-power.js';
import type { Power } from '../../validation/power/prove-power.js';
import { withWeakness } from '../../validation/power/weakness.js';
import { compareRowCounts } from '../../validation/checks/row-count.js';
import { SideQuestions } from '../../validation/table/ask-sides.js';
import type { Scan } from '../../validation/sql/scan.js';
import { valueOf } from '../support/assess-run.js';
import { FakeEngine } from '../support/fake-engine.js';
import type { FakeAnswers } from '../support/fake-engine.js';
import { comparedColumn } from '../support/forms.js';

const table = { catalog: 'glue', schema: 's', table: 't' };
const scan: Scan = {
  side: 'source',
  table,
  columns: [comparedColumn('id', 'bigint'), comparedColumn('name', 'varchar')],
  partitionColumns: [],
};
const hashes = readHashAnswer([[3, 'AA', 1, 9]], 0);
const mutations = mutationsOf({ columns: scan.columns, partitionColumns: [], hasWholeRows: true });

async function powerWith(answers: FakeAnswers, of: Scan = scan, answered = hashes): Promise<Power> {
  const engine = (catalog: string): FakeEngine =>
    new FakeEngine({ service: 'trino', instance: 'a', catalog, version: '476' }, answers);
  const sides = valueOf(await openSides(engine('glue'), engine('hive')));
  return powerOf(of, await provePower(of, answered, new SideQuestions(sides, undefined)), []);
}

/** How many rows changed and show it, rows, checksum, one figure: as it is, then of each mutation by its kind. */
const power = (rowOf: (kind: MutationKind, number: number) => readonly unknown[]) =>
  powerWith([
    [/is_victim/, [[0, 0, 0, 3, 'AA', 5], ...mutations.map(({ kind, number }) => [number, ...rowOf(kind, number)])]],
  ]);

const seen = (kind: MutationKind, number: number): readonly unknown[] => {
  if (kind === 'drop') return [0, 0, 2, 'AB', 4];
  if (kind === 'double') return [0, 0, 4, 'AC', 6];
  return [1, 1, 3, `B${number}`, kind === 're-pair' ? 5 : 100 + number];
};

test('checks that see their mutations are not weak; statistics need not see values that two rows exchanged', async () => {
  const proven = await power(seen);
  expect(proven.weak).toEqual([]);
  expect(proven.checks).toEqual([
    { check: 'row_count', tried: 2, caught: 2 },
    { check: 'checksum', tried: mutations.length, caught: mutations.length },
    { check: 'statistics', tried: mutations.length - 2, caught: mutations.length - 2 },
    { check: 'sample', tried: mutations.length, caught: mutations.length },
  ]);
});

test('a checksum that does not see values that two rows exchanged is weak, and does not pass', async () => {
  const linear = await power((kind, number) => (kind === 're-pair' ? [2, 2, 3, 'AA', 5] : seen(kind, number)));
  expect(linear.weak).toEqual(['checksum']);
  const passed = { ...compareRowCounts(hashes, hashes), check: 'checksum' as const };
  expect(withWeakness([passed], linear)).toMatchObject([
    { status: 'warning', findings: [{ code: 'check-weak', message: expect.stringContaining('it detected 6') }] },
  ]);
});

test('a sample whose texts hide a change is weak', async () => {
  const hidden = await power((kind, number) => (kind === 'truncate' ? [1, 0, 3, 'BB', 9] : seen(kind, number)));
  expect(hidden.weak).toEqual(['sample']);
});

test('a mutation that changes nothing proves nothing', async () => {
  const proven = await power((kind, number) => (kind === 'truncate' ? [0, 0, 3, 'AA', 5] : seen(kind, number)));
  expect(proven.mutations).toContainEqual(
    expect.objectContaining({ kind: 'truncate', column: 'name', isApplied: false, seenBy: [] }),
  );
  expect(proven.weak).toEqual([]);
});

test('a column in which nothing changed is named, such as one of NULLs', async () => {
  const one = mutations.filter(({ column }) => column === 'name').map(({ number }) => number);
  const proven = await power((kind, number) => (one.includes(number) ? [0, 0, 3, 'AA', 5] : seen(kind, number)));
  expect(proven.unproven).toEqual(['name']);
});

test('an engine that does not answer proves nothing, and the reason is told', async () => {
  const broken = fail([diagnostic({ code: 'trino-timeout', message: 'Trino did not answer.', fix: 'Wait.' })]);
  const proven = await powerWith([[/is_victim/, broken]]);
  expect(proven).toMatchObject({
    weak: ['row_count', 'checksum', 'statistics', 'sample'],
    failure: 'At the source: Trino did not answer.',
  });
  expect(withWeakness([compareRowCounts(hashes, hashes)], proven)[0]?.findings[0]?.message).toContain('did not answer');
  expect((await powerWith([[/is_victim/, []]])).weak).toContain('checksum');
});

test('every column is mutated, in queries of some columns each; rows are dropped and doubled once', async () => {
  const columns = Array.from({ length: 40 }, (_, index) => comparedColumn(`c${index}`, 'bigint'));
  const proven = await powerWith([], { ...scan, columns });
  expect(new Set(proven.mutations.flatMap(({ column }) => column ?? [])).size).toBe(40);
  expect(proven.mutations.filter(({ kind }) => kind === 'drop' || kind === 'double')).toHaveLength(2);
  expect(proven.weak).toEqual([]);
});

test('rows are mutated in the largest partition whose keys are not NULL, which they could not become', async () => {
  const keyed = {
    ...scan,
    columns: [...scan.columns, comparedColumn('day', 'varchar')],
    partitionColumns: [comparedColumn('day', 'varchar')],
  };
  const answer = readHashAnswer(
    [
      [null, 900, 'AA', 1, 9],
      ['a', 5, 'AB', 1, 9],
      ['b', 7, 'AC', 1, 9],
    ],
    1,
  );
  const engine = (catalog: string) => new FakeEngine({ service: 'trino', instance: 'a', catalog, version: '476' }, []);
  const source = engine('glue');
  const sides = valueOf(await openSides(source, engine('hive')));
  await provePower(keyed, answer, new SideQuestions(sides, undefined));
  expect(source.asked.at(-1)).toContain(`WHERE ("day" = 'b') LIMIT`);
});

test('each partition column is moved, and is not mutated otherwise', () => {
  const keys = ['a', 'b', 'c', 'd'].map((name) => comparedColumn(name, 'varchar'));
  const made = mutationsOf({ columns: [...scan.columns, ...keys], partitionColumns: keys, hasWholeRows: false });
  expect(made.filter(({ kind }) => kind === 'move').map(({ column }) => column)).toEqual(['a', 'b', 'c', 'd']);
  expect(made.filter(({ column }) => column === 'd')).toHaveLength(1);
});

test.each([
  ['varchar', ['null', 'truncate']],
  ['bigint', ['null', 'shift']],
  ['uuid', ['null']],
  ['array(integer)', ['null', 'lose-inner', 'reorder']],
  ['map(varchar, integer)', ['null', 'lose-inner']],
  ['row(a integer, b varchar)', ['null', 'lose-inner']],
])('a value of %s is damaged in each way that its type allows: %j', (type, kinds) => {
  const made = mutationsOf({ columns: [comparedColumn('v', type)], partitionColumns: [], hasWholeRows: false });
  expect(made.map(({ kind }) => kind)).toEqual(kinds);
});

test.each([
  ['a row that is added is seen', [[0, 1, 'EE', 1]], []],
  ['an engine that does not count it is weak', [[0, 0, null, 0]], ['row_count', 'checksum', 'statistics', 'sample']],
  ['a table that has rows after all is weak', [[2, 2, 'EE', 1]], ['row_count', 'checksum', 'statistics', 'sample']],
])('of a table without rows: %s', async (_, answer, weak) => {
  const empty = readHashAnswer([[0, null, null, null]], 0);
  expect((await powerWith([[/is_victim/, answer]], scan, empty)).weak).toEqual(weak);
});
