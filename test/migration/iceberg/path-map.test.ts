import { describe, expect, test } from '@jest/globals';
import { PathMap } from '../../../migration/iceberg/path-map.js';
import { valueOf } from '../../support/assess-run.js';
import { problemsOf } from './problems.js';

const rules = [
  { from: 's3://old', to: 's3://new' },
  { from: 's3://old/special', to: 's3://elsewhere/a/b' },
  { from: 's3://kept', to: 's3://kept' },
];

describe('a path is mapped by the longest rule that it begins with', () => {
  const map = valueOf(PathMap.of(rules));

  test.each([
    ['s3://old/t/data/f.parquet', 's3://new/t/data/f.parquet'],
    ['s3://old', 's3://new'],
    ['s3://old/', 's3://new/'],
    ['s3://old/special/f', 's3://elsewhere/a/b/f'],
    ['s3://old/specials/f', 's3://new/specials/f'],
    ['s3://kept/f', 's3://kept/f'],
    ['s3a://old/f', 's3a://new/f'],
    ['s3n://old/f', 's3n://new/f'],
    ['S3://old/f', 'S3://new/f'],
    ['s3://old//two//slashes/', 's3://new//two//slashes/'],
    ['s3://old/city=a%2Fb%20c/%', 's3://new/city=a%2Fb%20c/%'],
    ['s3://old/../old/./f', 's3://new/../old/./f'],
    ['s3://old/s3://old/f', 's3://new/s3://old/f'],
    ['s3://old/blank at the end ', 's3://new/blank at the end '],
    ['s3://old/line\nbreak/ü/\u{1f600}?#+', 's3://new/line\nbreak/ü/\u{1f600}?#+'],
  ])('%j becomes %j', (path, mapped) => {
    expect(map.map(path)).toBe(mapped);
  });

  test.each([
    's3://older/f',
    's3://OLD/f',
    'hdfs://old/f',
    '/old/f',
    'data/f',
    '',
    ' s3://old/f',
    's3:/old/f',
    'file:s3://old',
  ])('%j is in no bucket that is known', (path) => {
    expect(map.map(path)).toBeUndefined();
  });
});

test('two paths are mapped alike when scheme and rule are the same', () => {
  const map = valueOf(PathMap.of(rules));
  expect(map.isMappedAlike('s3://old/a', 's3://old/z')).toBe(true);
  expect(map.isMappedAlike('s3://old/a', 's3://old/special/z')).toBe(false);
  expect(map.isMappedAlike('s3://old/a', 's3a://old/z')).toBe(false);
  expect(map.isMappedAlike('s3://other/a', 's3://other/z')).toBe(false);
});

describe('rules are refused', () => {
  test.each([
    ['an end slash', [{ from: 's3://old/', to: 's3://new' }], 'path-rule-not-a-location'],
    ['another store', [{ from: 'hdfs://old', to: 's3://new' }], 'path-rule-not-a-location'],
    ['no bucket', [{ from: 's3://', to: 's3://new' }], 'path-rule-not-a-location'],
    ['a target inside its source', [{ from: 's3://old', to: 's3://old/sub' }], 'path-rules-overlap'],
    ['a source inside its target', [{ from: 's3://old/sub', to: 's3://old' }], 'path-rules-overlap'],
    [
      'names that change places',
      [
        { from: 's3://a', to: 's3://b' },
        { from: 's3://b', to: 's3://a' },
      ],
      'path-rules-overlap',
    ],
  ])('%s', (_, wrong, code) => {
    expect(problemsOf(PathMap.of(wrong))).toContainEqual(expect.objectContaining({ code, severity: 'error' }));
  });

  test('but a name that begins with the other one is another name', () => {
    expect(PathMap.of([{ from: 's3://lake', to: 's3://lake-new' }]).ok).toBe(true);
  });
});
