import { describe, expect, test } from '@jest/globals';
import { renderMarkdown, renderPdf } from '../../papers/index.js';
import type { Paper } from '../../papers/index.js';
import { coverageOf } from '../../papers/typst/font-coverage.js';
import { loadFonts } from '../../papers/typst/fonts.js';
import { breakLongWords, visibleText } from '../../papers/typst/visible-text.js';

function paperWith(text: string): Paper {
  return {
    title: 'A title',
    subtitle: text,
    date: '2026-11-29T02:40:00Z',
    about: [{ label: text, value: [{ code: text }] }],
    blocks: [
      { kind: 'heading', text },
      { kind: 'subheading', text },
      { kind: 'text', text: [text, { code: text }] },
      { kind: 'list', items: [text, [{ code: text }]] },
      { kind: 'callout', tone: 'bad', title: text, text },
      { kind: 'tiles', tiles: [{ value: text, label: text }] },
      { kind: 'facts', facts: [{ label: text, value: text }] },
      {
        kind: 'table',
        columns: [
          { title: text, width: 1 },
          { title: 'n', width: 'auto', align: 'right' },
        ],
        rows: [[text, '1']],
        note: text,
      },
      {
        kind: 'bars',
        bars: [
          { label: text, value: 0, shown: '0' },
          { label: text, value: 3, shown: '3', tone: 'good' },
        ],
      },
      { kind: 'signatures', lines: [text, text] },
    ],
  };
}

const hostile = [
  '#panic("no") #[*bold*] $x^2$ @ref <label> // comment /* open',
  '\\ ` ``` _under_ *star* ~ -- --- "quotes" \' [link](http://x) ![i](x) | cell',
  'a\u202eb\u200bc\u0000d\u{1f600}\ufeff \ud800',
  'x'.repeat(255),
  '中文 العربية עברית हिन्दी ελληνικά кириллица ÅÄÖ ẞ',
  '= heading\n\n- list\r\n#set page(width: 1pt)',
];

describe('a text that a catalog could hold is laid out as text', () => {
  test.each(hostile.map((text) => [JSON.stringify(text).slice(0, 40), text]))('%s', async (_name, text) => {
    const pdf = await renderPdf(paperWith(text));
    expect(pdf.ok && pdf.value.subarray(0, 5).toString()).toBe('%PDF-');
  });
});

test('equal papers give equal bytes, and the date is that of the paper', async () => {
  const [one, two] = [await renderPdf(paperWith('x')), await renderPdf(paperWith('x'))];
  if (!one.ok || !two.ok) throw new Error('no PDF');
  expect(one.value.equals(two.value)).toBe(true);
  expect(one.value.toString('latin1')).toContain('2026-11-29');
  expect(one.value.toString('latin1')).not.toContain(String(new Date().getFullYear() + 1));
});

describe('text that fonts cannot show is shown by its number', () => {
  const { covers } = loadFonts();

  test.each([
    ['sales_2026 ÅÄÖß ελ жя', 'sales_2026 ÅÄÖß ελ жя'],
    ['中', String.raw`\u{4e2d}`],
    ['\u202e', String.raw`\u202e`],
    ['\u{1f600}', String.raw`\u{1f600}`],
  ])('%s', (text, shown) => {
    expect(visibleText(text, covers)).toBe(shown);
  });

  test('the fonts cover Latin, Greek and Cyrillic', () => {
    for (const [from, to] of [
      [0x20, 0x7e],
      [0xa1, 0xac],
      [0xc0, 0x17f],
      [0x391, 0x3a1],
      [0x3b1, 0x3c9],
      [0x410, 0x44f],
    ] as const)
      for (let codePoint = from; codePoint <= to; codePoint += 1)
        expect([codePoint, covers(codePoint)]).toEqual([codePoint, true]);
  });

  test('a file that is not a font is an error, not an empty font', () => {
    expect(() => coverageOf(Buffer.from('no font'))).toThrow();
  });
});

test('only words that do not fit may be broken, so that commands and hashes can be copied', () => {
  const hash = 'a'.repeat(64);
  expect(breakLongWords(`short ${hash}`, 'line')).toBe(`short ${hash}`);
  expect(breakLongWords(hash, 'cell')).toContain('\u200b');
  for (const word of ['x'.repeat(255), 'very_long_name_'.repeat(17)]) {
    const pieces = breakLongWords(word, 'cell').split('\u200b');
    expect(pieces.join('')).toBe(word);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(14);
  }
});

test('Markdown keeps one row a line, and no markup of a catalog', () => {
  for (const text of hostile) {
    const page = renderMarkdown(paperWith(text));
    expect(page).not.toMatch(/<(?!\/?code>)|\n(?![#|>\-*_\\\w&\u00c0-\u{10ffff}\n])[^\n]*\u202e/u);
    const lines = page.split('\n').filter((line) => line.startsWith('|'));
    for (const line of lines) expect(line.endsWith('|')).toBe(true);
  }
  expect(renderMarkdown(paperWith('a|b <b>*x*</b>'))).toContain(String.raw`a\|b &lt;b&gt;\*x\*&lt;/b&gt;`);
});
