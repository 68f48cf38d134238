import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { knownParameters } from '../../core/parameters/parameters.js';
import { renderParameters } from '../../scripts/known-parameters.js';

test('docs/parameters.md is what `npm run docs:parameters` writes', () => {
  const document = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'parameters.md'), 'utf8');
  expect(document).toBe(renderParameters(knownParameters));
});

test('no two entries say something of the same parameter and reader', () => {
  const entries = knownParameters.flatMap(({ name, place = 'table or SerDe', readers = ['all'] as const }) =>
    readers.map((reader) => `${place}: ${name} for ${reader}`),
  );
  expect(entries.filter((entry, index) => entries.indexOf(entry) < index)).toEqual([]);
});
