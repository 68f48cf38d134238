import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeKey, encodeParameter } from '../../clients/transfer/encode-path.js';

describe('a key in a path', () => {
  test.each([
    ['a/b.parquet', 'a/b.parquet'],
    ['//a//', '//a//'],
    ['a/../b/.', 'a/../b/.'],
    ['a b+c%20', 'a%20b%2Bc%2520'],
    ["!'()*", '%21%27%28%29%2A'],
    ['\n\r\t\u0000', '%0A%0D%09%00'],
    ['\u00e9', '%C3%A9'],
    ['e\u0301', 'e%CC%81'],
    ['\u{1f600}', '%F0%9F%98%80'],
    ['?#;=&@:,$', '%3F%23%3B%3D%26%40%3A%2C%24'],
  ])('%j is %s', (key, path) => {
    expect(encodeKey(key)).toBe(path);
  });

  test('is that key again when it is decoded, and holds only what signatures leave alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (key) => {
        expect(decodeURIComponent(encodeKey(key))).toBe(key);
        expect(encodeKey(key)).toMatch(/^([A-Za-z0-9\-._~/]|%[0-9A-F]{2})*$/);
      }),
    );
  });
});

test("a parameter's slashes are encoded", () => {
  expect(encodeParameter("a/b c*'")).toBe('a%2Fb%20c%2A%27');
});
