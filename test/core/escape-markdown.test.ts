import { expect, test } from '@jest/globals';
import { escapeMarkdown, escapeWholeMarkdown } from '../../core/escape-markdown.js';

test('each cell of a row stays whole, up to 200 characters', () => {
  const cells = ['warning', 'a', 'acme-raw', 'x'.repeat(200)];
  expect(cells.map(escapeMarkdown)).toEqual(cells);
  expect(escapeMarkdown('x'.repeat(201))).toBe(`${'x'.repeat(199)}…`);
  expect(escapeWholeMarkdown('x'.repeat(201))).toBe('x'.repeat(201));
});

test('markup is text, and a cell has one line', () => {
  expect(escapeMarkdown('a|b *c* <d> `e`\n&')).toBe('a\\|b \\*c\\* &lt;d&gt; \\`e\\`\\\\u000a&amp;');
});
