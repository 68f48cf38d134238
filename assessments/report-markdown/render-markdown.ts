import { compareText } from '../../core/canonical-json.js';
import type { AssessedTable, Assessment, Readiness, TableFormat } from '../assessment.js';
import { escapeMarkdown } from '../../core/escape-markdown.js';
import { renderBuckets, renderLargestTables } from './data-sections.js';
import { describeCount, formatBytes } from '../../core/format-bytes.js';
import { renderNextSteps, renderReadiness } from './guidance.js';
import { section, table } from './section.js';

const readinesses: readonly Readiness[] = ['READY', 'NEEDS_CONVERSION', 'UNKNOWN'];

/** The assessment as a page for people. Bounded: what is left out is counted, and the JSON report has it. Pure. */
export function renderMarkdown(assessment: Assessment): string {
  const parts = [
    renderHead(assessment),
    renderSummary(assessment),
    renderFormats(assessment.tables),
    renderReadiness(),
    renderDatabases(assessment),
    renderBuckets(assessment.tables),
    renderLargestTables(assessment.tables),
    renderFindings(assessment),
    renderTraits(assessment.tables),
    renderReview(assessment.tables),
    renderNextSteps(assessment.summary),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function renderHead({ source, filter, assessedAt, toolVersion }: Assessment): string {
  const catalog = source.catalogId === undefined ? '' : `, catalog ${escapeMarkdown(source.catalogId)}`;
  return [
    '# Assessment of a Glue catalog',
    '',
    `Region ${escapeMarkdown(source.region)}, account ${escapeMarkdown(source.accountId ?? 'unknown')}${catalog}, assessed at ${escapeMarkdown(assessedAt)} by aws2openstack ${escapeMarkdown(toolVersion)}.`,
    ...(filter === undefined
      ? []
      : [
          '',
          `**Part of the catalog:** only databases that match ${escapeMarkdown(filter.databases)} were assessed; ${filter.databasesLeftOut} were left out (\`--databases\`).`,
        ]),
  ].join('\n');
}

function renderSummary({ summary, findings, listed }: Assessment): string {
  const cards = [
    ['Databases', summary.databases],
    ['Tables', summary.tables],
    ['Iceberg tables', summary.icebergTables],
    ['Ready', summary.ready],
    ['Needs conversion', summary.needsConversion],
    ['Unknown (manual review)', summary.unknown],
    ['Partitions', summary.partitions],
    ['Known size', formatBytes(summary.knownSizeBytes)],
    ['Tables of unknown size', summary.tablesOfUnknownSize],
    ...(listed === undefined ? [] : [['Files listed, each once', describeCount(listed)] as const]),
  ] as const;
  const incomplete = findings.some(({ severity }) => severity === 'error')
    ? ['', '**Incomplete:** something could not be read; the findings say what.']
    : [];
  return [
    '## Summary',
    '',
    ...table(
      ['', ''],
      cards.map(([name, value]) => [name, String(value)]),
    ),
    ...incomplete,
  ].join('\n');
}

function renderFormats(tables: readonly AssessedTable[]): string {
  const counts = new Map<TableFormat, Record<Readiness, number>>();
  for (const { format, readiness } of tables) {
    const row = counts.get(format) ?? { READY: 0, NEEDS_CONVERSION: 0, UNKNOWN: 0 };
    row[readiness] += 1;
    counts.set(format, row);
  }
  const rows = [...counts]
    .sort(([a], [b]) => compareText(a, b))
    .map(([format, row]) => [
      escapeMarkdown(format),
      ...readinesses.map((readiness) => String(row[readiness])),
      String(row.READY + row.NEEDS_CONVERSION + row.UNKNOWN),
    ]);
  if (rows.length === 0) return '';
  return [
    '## Tables by format and readiness',
    '',
    ...table(['Format', 'Ready', 'Needs conversion', 'Unknown', 'All'], rows),
  ].join('\n');
}

function renderDatabases({ databases, tables }: Assessment): string {
  const totals = new Map<
    string,
    { ready: number; convert: number; unknown: number; bytes: number; unknownSizes: number; partitions: number }
  >();
  for (const { database, readiness, size, partitions } of tables) {
    const row = totals.get(database) ?? { ready: 0, convert: 0, unknown: 0, bytes: 0, unknownSizes: 0, partitions: 0 };
    row[({ READY: 'ready', NEEDS_CONVERSION: 'convert', UNKNOWN: 'unknown' } as const)[readiness]] += 1;
    row.bytes += size.value ?? 0;
    row.unknownSizes += size.value === null ? 1 : 0;
    row.partitions += partitions.count ?? 0;
    totals.set(database, row);
  }
  const rows = databases.map(({ name, tableCount, link }) => {
    const row = totals.get(name);
    const target = link === null ? '' : ` → ${[link.targetDatabase, link.state].map(escapeMarkdown).join(', ')}`;
    const bytes = row === undefined || (row.bytes === 0 && row.unknownSizes > 0) ? 'unknown' : formatBytes(row.bytes);
    return [
      `${escapeMarkdown(name)}${target}`,
      tableCount === null ? 'not readable' : String(tableCount),
      String(row?.ready ?? 0),
      String(row?.convert ?? 0),
      String(row?.unknown ?? 0),
      String(row?.partitions ?? 0),
      tableCount === 0 ? '' : bytes,
    ];
  });
  return section(
    'Databases',
    ['Database', 'Tables', 'Ready', 'Needs conversion', 'Unknown', 'Partitions', 'Known size'],
    rows,
    'databases',
  );
}

function renderFindings({ findings }: Assessment): string {
  const rows = findings.map(({ severity, code, asset, message, fix }) =>
    [severity, code, asset, message, fix].map(escapeMarkdown),
  );
  return section('Findings', ['Severity', 'Code', 'Asset', 'Message', 'Fix'], rows, 'findings');
}

function renderTraits(tables: readonly AssessedTable[]): string {
  const byTrait = new Map<string, string[]>();
  for (const { traits, database, name } of tables) {
    for (const trait of traits) byTrait.set(trait, [...(byTrait.get(trait)?.slice(0, 3) ?? []), `${database}.${name}`]);
  }
  const counts = new Map<string, number>();
  for (const trait of tables.flatMap(({ traits }) => traits)) counts.set(trait, (counts.get(trait) ?? 0) + 1);
  const rows = [...byTrait]
    .sort(([a], [b]) => compareText(a, b))
    .map(([trait, examples]) => [
      escapeMarkdown(trait),
      String(counts.get(trait) ?? 0),
      examples.slice(0, 3).map(escapeMarkdown).join(', '),
    ]);
  return section('Peculiarities', ['Trait', 'Tables', 'Examples'], rows, 'traits');
}

function renderReview(tables: readonly AssessedTable[]): string {
  const rows = tables
    .filter(({ readiness }) => readiness === 'UNKNOWN')
    .map(({ database, name, format, notes, partitions }) => [
      escapeMarkdown(`${database}.${name}`),
      escapeMarkdown(format),
      [...notes, ...(partitions.count === null ? ['Its partitions could not be read.'] : [])]
        .map(escapeMarkdown)
        .join('<br>'),
    ]);
  return section('Tables that need manual review', ['Table', 'Format', 'Why'], rows, 'tables');
}
