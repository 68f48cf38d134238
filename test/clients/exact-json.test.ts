import { expect, test } from '@jest/globals';
import { parseExactly, stringifyExactly } from '../../clients/trino/exact-json.js';

test('whole numbers keep every digit, there and back', () => {
  const text = '[9007199254740993,-9223372036854775808,7,1.5,{"k":2046780881018060498},"9007199254740993",null]';
  const parsed = parseExactly(text);
  expect(parsed).toEqual([
    9007199254740993n,
    -9223372036854775808n,
    7,
    1.5,
    { k: 2046780881018060498n },
    '9007199254740993',
    null,
  ]);
  expect(stringifyExactly(parsed)).toBe(text);
});

test.each([
  ['9007199254740991', 9007199254740991],
  ['9007199254740992', 9007199254740992n],
  ['1e300', 1e300],
  ['0.1234567890123456', 0.1234567890123456],
])('%s is read as it is', (text, value) => {
  expect(parseExactly(text)).toBe(value);
});

test.each(['not JSON', '<html>1234567890123456</html>'])('%j is refused', (text) => {
  expect(() => parseExactly(text)).toThrow(SyntaxError);
});
