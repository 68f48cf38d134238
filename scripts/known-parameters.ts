// Every parameter of a Glue catalog that is known, with what becomes of it: `docs/parameters.md`.
//
//   known-parameters.ts          prints the document
//   known-parameters.ts --write  writes it (`npm run docs:parameters`)
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readers } from '../core/parameters/known-parameter.js';
import type { Fate, KnownParameter, Reader } from '../core/parameters/known-parameter.js';
import { knownParameters } from '../core/parameters/parameters.js';

const kinds: readonly (readonly [Fate['kind'], string, string])[] = [
  [
    'blocked',
    'Blocks the table',
    'Trino would return other rows. The reason in the Plan names the parameter and its value.',
  ],
  ['remark', 'Changes rows, with a remark', 'The table is mapped; the Plan says what changes and what to do.'],
  [
    'carried',
    'Carried over',
    'Trino reads the same, by a property of the table. `extra_properties` keeps a parameter under its own name, where Trino reads it.',
  ],
  ['harmless', 'Harmless', 'Changes no row.'],
];

/** The document of a list. */
export function renderParameters(list: readonly KnownParameter[]): string {
  return `# Parameters of tables, SerDes, partitions and columns

Glue keeps parameters in many places, and some of them decide how rows are read. This is the list of those that are known, and what becomes of each at the target. **A parameter that is not in the list is named in a remark of the Plan**: find out what it is for, and [open an issue](../CONTRIBUTING.md) if it changes rows.

- Parameters of the table and of its SerDe are one map, in which the table's take precedence, as in Hive and Trino. Those of the storage descriptor itself are read by none of them.
- A partition is read through the table's SerDe. One whose own SerDe would read its files otherwise blocks the table; other parameters of partitions are named in a remark.
- \`*\` stands for any text. A parameter of other readers than the table's changes nothing. Readers are Hive's SerDes: ${reading()}. \`spark-…\` are Spark's data sources, whose options are kept among the SerDe's parameters and fold case.

Generated from \`core/parameters/\` by \`npm run docs:parameters\`; do not edit.
${kinds.map((kind) => section(kind, list)).join('')}`;
}

const libraries: Readonly<Partial<Record<Reader, string>>> = {
  text: 'LazySimpleSerDe',
  csv: 'OpenCSVSerde',
  regex: 'RegexSerDe',
  json: 'Hive’s JsonSerDe',
  'openx-json': 'OpenX’s JsonSerDe',
};

function reading(): string {
  return readers
    .filter((reader) => !reader.startsWith('spark-'))
    .map((reader) => `\`${reader}\`${libraries[reader] === undefined ? '' : ` (${libraries[reader]})`}`)
    .join(', ');
}

function section([kind, title, intro]: (typeof kinds)[number], list: readonly KnownParameter[]): string {
  const rows = list
    .filter(({ fate }) => fate.kind === kind)
    .map(({ name, place = 'table or SerDe', readers: of, harmlessValues, fate }) => ({
      name,
      cells: [
        `\`${escaped(name)}\``,
        place,
        of === undefined ? 'all' : of.join(', '),
        becomes(fate),
        harmlessValues === undefined ? '' : `\`${escaped(harmlessValues.source)}\``,
      ],
    }))
    .sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1))
    .map(({ cells }) => `| ${cells.join(' | ')} |\n`);
  return `
## ${title}

${intro}

| parameter | of | readers | what becomes of it | harmless when the value matches |
|---|---|---|---|---|
${[...new Set(rows)].join('')}`;
}

function becomes(fate: Fate): string {
  switch (fate.kind) {
    case 'carried':
      return escaped(fate.as);
    case 'harmless':
      return escaped(fate.why);
    case 'remark':
      return escaped(`${fate.changes}. ${fate.fix}`);
    case 'blocked':
      return `It ${escaped(fate.why)}.`;
  }
}

/** Text inside a Markdown table. */
function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').replaceAll('<', '&lt;').trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const document = renderParameters(knownParameters);
  if (process.argv[2] === '--write') writeFileSync(join(import.meta.dirname, '..', 'docs', 'parameters.md'), document);
  else process.stdout.write(document);
}
