import { expect, test } from '@jest/globals';
import { keyedSheet } from '../../bench/comparison/keyed-sheets.js';
import { scoreOf } from '../../bench/comparison/results.js';
import type { CaseResult, Verdict } from '../../bench/comparison/results.js';
import { csv, different, equal, parquet } from '../integration/validation/sheet.js';
import type { Sheet, ValueCase } from '../integration/validation/sheet.js';

const sheetOf = (one: ValueCase): Sheet => ({
  name: 's',
  columns: { id: 'bigint', name: 'varchar' },
  source: parquet,
  target: parquet,
  cases: [one],
});

test('equal rows get the same numbers in any order, duplicates included', () => {
  const [one] = keyedSheet(
    sheetOf(equal('duplicates', ["1, 'a'", "1, 'a'", "2, 'b'"], ["1, 'a'", "2, 'b'", "1, 'a'"])),
  ).cases;
  expect(one).toMatchObject({ key: 'row_no', source: ["1, 1, 'a'", "2, 1, 'a'", "3, 2, 'b'"] });
  expect(one?.target).toEqual(one?.source);
});

test.each([
  ['unique on both sides', different('x', ["1, 'a'"], ["1, 'b'"]), 'id'],
  ['twice at the target', different('x', ["1, 'a'"], ["1, 'a'", "1, 'a'"]), 'row_no'],
  ['NULL', equal('x', ["NULL, 'a'"]), 'row_no'],
])('the id is the key unless it is not: %s', (_, one, key) => {
  expect(keyedSheet(sheetOf(one)).cases[0]?.key).toBe(key);
});

test('the id is not the key where tools take no key of its type', () => {
  const sheet = {
    ...sheetOf(equal('x', ["1, 'a'"])),
    columns: { id: ['smallint', 'integer'], name: 'varchar' },
  } as const;
  expect(keyedSheet(sheet).cases[0]?.key).toBe('row_no');
});

test('the numbers of a CSV file are texts', () => {
  const sheet = {
    ...sheetOf(equal('x', ["'1', 'a'"])),
    columns: { id: 'varchar', name: 'varchar' },
    source: csv,
    target: csv,
  };
  expect(keyedSheet(sheet)).toMatchObject({ columns: { row_no: 'varchar' }, cases: [{ source: ["'1', '1', 'a'"] }] });
});

test('damage that is called equal is a false pass, and no verdict is never right', () => {
  const result = (isEqual: boolean, verdict: Verdict): CaseResult => ({
    id: `${isEqual} ${verdict}`,
    sheet: 's',
    isEqual,
    judgements: { tool: { verdict } },
  });
  const all = [true, false].flatMap((isEqual) =>
    (['equal', 'different', 'error', 'cannot'] as const).map((verdict) => result(isEqual, verdict)),
  );
  expect(scoreOf({ name: 'tool' }, all)).toEqual({
    right: 2,
    falsePasses: [result(false, 'equal')],
    falseAlarms: [result(true, 'different')],
    errors: [result(true, 'error'), result(false, 'error')],
    notAsked: [result(true, 'cannot'), result(false, 'cannot')],
  });
});
