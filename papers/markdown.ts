import { escapeWholeMarkdown } from '../core/escape-markdown.js';
import type { BarsBlock, Block, Fact, Paper, TableBlock, Text } from './paper.js';

const barLength = 20;

/** The paper as a Markdown page. Pure. */
export function renderMarkdown({ title, subtitle, about, blocks }: Paper): string {
  const parts = [`# ${plain(title)}`, plain(subtitle), facts(about), ...blocks.map(renderBlock)];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `## ${plain(block.text)}`;
    case 'subheading':
      return `### ${plain(block.text)}`;
    case 'text':
      return inline(block.text);
    case 'list':
      return block.items.map((item) => `- ${inline(item)}`).join('\n');
    case 'callout':
      return `> **${plain(block.title)}** ${inline(block.text)}`;
    case 'tiles':
      return rows(
        block.tiles.map(({ label }) => plain(label)),
        [block.tiles.map(({ value }) => `**${plain(value)}**`)],
      );
    case 'facts':
      return facts(block.facts);
    case 'table':
      return renderTable(block);
    case 'bars':
      return renderBars(block);
    case 'signatures':
      return block.lines.map((line) => `${plain(line)}: ${String.raw`\_`.repeat(30)}`).join('\n\n');
  }
}

function renderTable({ columns, rows: cells, note }: TableBlock): string {
  const table = rows(
    columns.map(({ title }) => plain(title)),
    cells.map((row) => row.map(inline)),
    columns.map(({ align }) => (align === 'right' ? '---:' : '---')),
  );
  return note === undefined ? table : `${table}\n\n${inline(note)}`;
}

function renderBars({ bars }: BarsBlock): string {
  const longest = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  return rows(
    ['', '', ''],
    bars.map(({ label, value, shown }) => [
      plain(label),
      '█'.repeat(Math.round((value / longest) * barLength)),
      plain(shown),
    ]),
  );
}

function facts(list: readonly Fact[]): string {
  if (list.length === 0) return '';
  return rows(
    ['', ''],
    list.map(({ label, value }) => [plain(label), inline(value)]),
  );
}

function rows(
  head: readonly string[],
  body: readonly (readonly string[])[],
  rule: readonly string[] = head.map(() => '---'),
): string {
  return [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function inline(text: Text): string {
  if (typeof text === 'string') return plain(text);
  return text.map((part) => (typeof part === 'string' ? plain(part) : code(part.code))).join('');
}

/** HTML, because Markdown's own code spans cannot hold every text in a table's cell. */
function code(text: string): string {
  return text === '' ? '' : `<code>${plain(text)}</code>`;
}

function plain(text: string): string {
  return escapeWholeMarkdown(text);
}
