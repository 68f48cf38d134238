import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { page, readResults, renderComparison, withSection } from '../../bench/comparison/render.js';
import { sheets } from '../integration/validation/sheets.js';

test('docs/validation.md says what the results say (npm run docs:comparison)', () => {
  const text = readFileSync(page, 'utf8');
  expect(text).toBe(withSection(text, renderComparison(readResults())));
});

test('the results are of all cases of the corpus, with what is right today (npm run compare:validators)', () => {
  // Other tools have no rules.
  const corpus = sheets
    .filter(({ rules }) => !rules)
    .flatMap(({ name, cases }) => cases.map(({ id, isEqual }) => [`${name}.${id}`, isEqual] as const));
  const { cases } = readResults();
  expect(cases.map(({ id, sheet, isEqual }) => [`${sheet}.${id}`, isEqual])).toEqual(corpus);
});
