import { expect, test } from '@jest/globals';
import { formatHours, isWithin, parseHours } from '../../../migration/run/run-limits.js';

test.each(['22:00-06:00', '00:00-23:59', '08:30-08:31'])('%s is read and written', (text) => {
  const hours = parseHours(text);
  expect(hours === undefined ? undefined : formatHours(hours)).toBe(text);
});

test.each(['', '22-6', '24:00-01:00', '22:00-22:00', '22:60-23:00', '1:00-2:00', '22:00-06:00 '])(
  "'%s' is refused",
  (text) => {
    expect(parseHours(text)).toBeUndefined();
  },
);

test.each([
  ['22:00-06:00', '21:59', false],
  ['22:00-06:00', '22:00', true],
  ['22:00-06:00', '00:00', true],
  ['22:00-06:00', '05:59', true],
  ['22:00-06:00', '06:00', false],
  ['08:00-17:00', '07:59', false],
  ['08:00-17:00', '16:59', true],
  ['08:00-17:00', '17:00', false],
])('in %s at %s: %s', (text, time, expected) => {
  const hours = parseHours(text);
  if (hours === undefined) throw new Error(text);
  expect(isWithin(hours, new Date(`2026-11-28T${time}:00Z`))).toBe(expected);
});
