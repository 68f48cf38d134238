import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, compareText } from '../../core/canonical-json.js';

test('it is the JSON of the value, with the keys of every object sorted', () => {
  const sorted = (_key: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => compareText(a, b)))
      : value;
  fc.assert(
    fc.property(fc.anything({ withDate: true, withNullPrototype: true, maxDepth: 4 }), (value) => {
      expect(canonicalJson([value])).toBe(JSON.stringify([value], sorted));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  [{ b: 1, a: { d: undefined, c: [undefined, null] } }, '{"a":{"c":[null,null]},"b":1}'],
  [{ 10: 1, 9: 2, '-1': 3, '01': 4 }, '{"9":2,"10":1,"-1":3,"01":4}'],
  [{ toJSON: 'a name', b: { toJSON: null } }, '{"b":{"toJSON":null},"toJSON":"a name"}'],
  [{ at: new Date(0), n: [NaN, -0, 1e21] }, '{"at":"1970-01-01T00:00:00.000Z","n":[null,0,1e+21]}'],
])('%j', (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});
