import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { page, readResults, renderComparison, withSection } from '../../bench/comparison/render.js';
import { nestedSheets } from '../integration/validation/nested-sheets.js';
import { numberSheets } from '../integration/validation/number-sheets.js';
import { textSheets } from '../integration/validation/text-sheets.js';
import { timeSheets } from '../integration/validation/time-sheets.js';

test('docs/validation.md says what the results say (npm run docs:comparison)', () => {
  const text = readFileSync(page, 'utf8');
  expect(text).toBe(withSection(text, renderComparison(readResults())));
});

test('the results are of cases of the corpus, with what is right today (npm run compare:validators)', () => {
  const corpus = [...textSheets, ...numberSheets, ...timeSheets, ...nestedSheets].flatMap(({ name, cases }) =>
    cases.map(({ id, isEqual }) => [`${name}.${id}`, isEqual] as const),
  );
  const { cases } = readResults();
  expect(cases.length).toBeGreaterThan(0);
  expect(cases.map(({ id, sheet, isEqual }) => [`${sheet}.${id}`, isEqual])).toEqual(
    corpus.filter(([name]) => cases.some(({ id, sheet }) => `${sheet}.${id}` === name)),
  );
});
