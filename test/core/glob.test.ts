import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileGlobs, globsToRegex, parseGlob, splitGlobs } from '../../core/glob.js';

test.each<[string, string[], string[]]>([
  ['*', ['', 'a', 'a/b', '.a', 'a\nb'], []],
  ['scratch_*', ['scratch_', 'SCRATCH_a.b'], ['a_scratch_', 'scratc']],
  ['a?c', ['abc', 'a/c', 'a😀c'], ['ac', 'abbc']],
  ['[a-c]x', ['ax', 'Cx'], ['dx', 'x']],
  ['[!a-c]x', ['dx'], ['ax']],
  ['{tmp,scratch}_*', ['tmp_1', 'scratch_'], ['temp_1']],
  ['s3://lake/*/raw', ['s3://lake/a/b/raw'], ['s3://lake/raw']],
  ['a\\b', ['a\\b'], ['ab']],
  ['./x*', ['./x1'], ['x1']],
  ['*a*b', ['ab', 'xaybzb'], ['ba', 'abc']],
])('%s', (glob, hits, misses) => {
  const matches = compileGlobs([glob]);
  expect(hits.filter((text) => !matches(text))).toEqual([]);
  expect(misses.filter(matches)).toEqual([]);
});

describe('globs that mean nothing', () => {
  test.each(['{a', 'a}', '{a,{b,c}}', '[abc', '[]', '[z-a]', '{1,2,3,4,5,6,7,8,9}'.repeat(3)])(
    '%s is refused',
    (glob) => {
      expect(parseGlob(glob).ok).toBe(false);
    },
  );
});

test('a name chosen to make it slow does not', () => {
  const matches = compileGlobs(['*_*_*_*_*_*_*_*_*_*_*_*!']);
  const started = process.cpuUsage().user;
  for (let round = 0; round < 100; round += 1) expect(matches('_'.repeat(2000))).toBe(false);
  // Going back further than one star would take longer than the universe has.
  expect(process.cpuUsage().user - started).toBeLessThan(30e6);
});

test.each([
  ['a, b', ['a', 'b']],
  ['{a,b}', ['{a,b}']],
  ['{a,b},c', ['{a,b}', 'c']],
  ['x[a,b]*,[!,]?', ['x[a,b]*', '[!,]?']],
  ['a,,b,', ['a', '', 'b', '']],
  ['{a,b', ['{a', 'b']],
  ['', ['']],
])('the globs of the list %j', (list, globs) => {
  expect(splitGlobs(list)).toEqual(globs);
});

describe('as a regular expression', () => {
  test.each([
    ['sales_*', '(?s)sales_.*'],
    ['a.b|c', '(?s)a\\.b\\|c'],
    ['Orders_{eu,us}', '(?s)orders_eu|orders_us'],
    ['[a-c][!0-9^]?', '(?s)[a-c][^0-9\\^].'],
  ])('%s', (glob, regex) => {
    expect(globsToRegex([glob])).toBe(regex);
  });

  const text = fc.string({
    unit: fc.constantFrom('a', 'B', '*', '?', '.', '-', '^', '&', '|', '\n', '$'),
    maxLength: 6,
  });
  test('it matches what the globs match', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), text, (globs, name) => {
        const regex = new RegExp(`^(?:${globsToRegex(globs).slice('(?s)'.length)})$`, 's');
        expect(regex.test(name.toLowerCase())).toBe(compileGlobs(globs)(name));
      }),
      { seed: 42, numRuns: 2000 },
    );
  });
});
