import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { secondsOf } from '../../../waves/services/mgn/lag.js';

test.each([
  ['PT0S', 0],
  ['PT1M30.5S', 90.5],
  ['PT2H', 7200],
  ['P1DT1H', 90_000],
  ['P2W', 1_209_600],
])('%s is %d seconds', (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});

test.each(['', 'P', 'PT', 'P1DT', '90', 'PT1.5H', 'pt1s', 'PT-1S'])('%j is not a duration', (text) => {
  expect(secondsOf(text)).toBeUndefined();
});

test('every time is read back', () => {
  const parts = fc.record({ hours: fc.nat(100), minutes: fc.nat(59), seconds: fc.nat(59) });
  fc.assert(
    fc.property(parts, ({ hours, minutes, seconds }) => {
      expect(secondsOf(`PT${hours}H${minutes}M${seconds}S`)).toBe(3600 * hours + 60 * minutes + seconds);
    }),
  );
});
