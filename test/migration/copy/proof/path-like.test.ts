import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { posix } from 'node:path';
import { isPathLike } from '../../../../migration/copy/proof/path-like.js';

test.each([
  'a',
  'year=2024/month=01/part-0.parquet',
  '.hidden',
  'a b+c%20',
  'back\\slash',
  '\u00e9',
  '\u{1f600}',
  '_$folder$',
])('%j is handed to other programs', (key) => {
  expect(isPathLike(key)).toBe(true);
});

test.each([
  ['slashes that are joined or dropped', ['', '/', '/a', 'a/', 'a//b']],
  ['dots that are resolved', ['.', '..', './a', 'a/.', 'a/../b', 'a/...', 'a.']],
  ['blanks at the ends of names', [' a', 'a ', 'a /b', 'a/ b']],
  ['characters that stand for others', ['a\uff0f', '\u2400', '\u201bquoted', '\uff0e']],
  ['one of two forms of a name', ['cafe\u0301']],
  ['control and format characters', ['a\nb', 'a\rb', 'a\0b', 'a\u007fb', 'a\u0085b', 'rtl-\u202ea', 'bom\ufeffa']],
  ['what is not UTF-8', ['half \ud83d', 'byte \udc80']],
])('%s are not', (_, keys) => {
  for (const key of keys) expect([key, isPathLike(key)]).toEqual([key, false]);
});

test('what is handed to them stays the same however names of files are treated', () => {
  const pieces = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('/', '.', '..', ' ', '\uff0f', '\u0301', 'a', 'e'),
  );
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join('')),
      (key) => {
        if (!isPathLike(key)) return;
        expect(posix.normalize(key)).toBe(key);
        expect(posix.join('/', key)).toBe(`/${key}`);
        expect(key.normalize('NFC')).toBe(key);
        expect(Buffer.from(key).toString()).toBe(key);
        expect(key.split('/').map((name) => name.replace(/^[\s]+|[\s.]+$/g, ''))).toEqual(key.split('/'));
      },
    ),
    { numRuns: 2000 },
  );
});
