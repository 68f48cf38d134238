import { expect, test } from '@jest/globals';
import { messagesAndFixes, printable } from '../../core/diagnostic.js';

test.each([
  ['plain, ünïcödé, 日本語, 😀', 'plain, ünïcödé, 日本語, 😀'],
  ['\u001b[31mred', '\\u001b[31mred'],
  ['a\u009b2Jb', 'a\\u009b2Jb'],
  ['orders\u202efdp.exe', 'orders\\u202efdp.exe'],
  ['\u2066a\u2069\u200b\u200f\ufeff', '\\u2066a\\u2069\\u200b\\u200f\\ufeff'],
  ['line\u2028paragraph\u2029', 'line\\u2028paragraph\\u2029'],
  ['tag\u{e0041}', 'tag\\u{e0041}'],
  ['lone \ud800 half', 'lone \\ud800 half'],
])('text for a terminal: %j', (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test('messages and fixes are sentences, also where another program has given the end of a message', () => {
  const said = [
    { message: 'Trino refused the user (HTTP 401): Invalid credentials', fix: 'Check the user.' },
    { message: 'Trino is down.', fix: 'Start it.' },
  ];
  expect(messagesAndFixes(said)).toBe(
    'Trino refused the user (HTTP 401): Invalid credentials. Check the user.\nTrino is down. Start it.',
  );
});
