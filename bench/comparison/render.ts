import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../../core/atomic-file.js';
import { scoreOf } from './results.js';
import type { CaseResult, Comparison, ComparedTool } from './results.js';

const docs = join(import.meta.dirname, '..', '..', 'docs');
export const resultsFile = join(docs, 'validation-comparison.json');
export const page = join(docs, 'validation.md');

const [begin, end] = ['<!-- written by npm run docs:comparison -->\n', '<!-- end -->\n'];

/** The section of docs/validation.md. */
export function renderComparison({ date, trino, tools, cases }: Comparison): string {
  const equal = cases.filter(({ isEqual }) => isEqual).length;
  return `
${cases.length} cases of the corpus, none of which needs a rule of ours (${cases.length - equal} different, ${equal} equal), on ${date}, from tables on Trino ${trino}. A *false pass* is damage that a tool calls equal, a *false alarm* an equal table that it calls different. \`npm run compare:validators\` repeats it and writes [validation-comparison.json](validation-comparison.json), the verdict on every case.

| tool | version | on | right | false passes | false alarms | errors | not asked |
|---|---|---|---:|---:|---:|---:|---:|
${tools.map((tool) => `${summary(tool, cases)}\n`).join('')}${tools.map((tool) => details(tool, cases)).join('')}
`;
}

function summary(tool: ComparedTool, cases: readonly CaseResult[]): string {
  const { right, falsePasses, falseAlarms, errors, notAsked } = scoreOf(tool, cases);
  const figures = [right, ...[falsePasses, falseAlarms, errors, notAsked].map(({ length }) => length)];
  return `| ${[tool.name, tool.version, tool.engine, ...figures].join(' | ')} |`;
}

function details(tool: ComparedTool, cases: readonly CaseResult[]): string {
  const { falsePasses, falseAlarms, errors, notAsked } = scoreOf(tool, cases);
  const lists = [
    ['False passes', names(falsePasses)],
    ['False alarms', names(falseAlarms)],
    ['Errors', byReason(tool, errors)],
    ['Not asked', byReason(tool, notAsked)],
  ].flatMap(([title = '', list = '']) => (list === '' ? [] : [`- ${title}: ${list}`]));
  if (tool.commands.length === 0) return '';
  return `
### ${tool.name}

${tool.remarks.map((remark) => `${remark}\n\n`).join('')}\`\`\`sh
${tool.commands.join('\n')}
\`\`\`

${lists.length === 0 ? 'No case was judged wrong.' : lists.join('\n')}
`;
}

function names(cases: readonly CaseResult[]): string {
  return cases.map(({ id }) => `\`${id}\``).join(', ');
}

function byReason({ name }: ComparedTool, cases: readonly CaseResult[]): string {
  const groups = Map.groupBy(cases, ({ judgements }) => reasonOf(judgements[name]?.reason ?? ''));
  return [...groups].map(([reason, group]) => `${names(group)} (${reason})`).join('; ');
}

/** Without what differs from case to case, and as Markdown. */
function reasonOf(reason: string): string {
  const plain = reason
    .replaceAll(/,? query_id=\w+|line \d+:\d+: /g, '')
    .replaceAll(/[`*|]/g, '')
    .replaceAll('<', '&lt;');
  return plain.length > 160 ? `${plain.slice(0, 160)}…` : plain;
}

/** The page with this section in the place of its last one. */
export function withSection(text: string, section: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`docs/validation.md has no line '${begin.trim()}'`);
  return `${text.slice(0, from + begin.length)}${section}${text.slice(to)}`;
}

export function readResults(): Comparison {
  return JSON.parse(readFileSync(resultsFile, 'utf8')) as Comparison;
}

export function writeSection(comparison: Comparison): void {
  writeFileAtomically(page, withSection(readFileSync(page, 'utf8'), renderComparison(comparison)));
}
