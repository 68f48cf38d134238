import { compareText } from '../../core/canonical-json.js';
import { formatBytes } from '../../core/format-bytes.js';
import type { PlannedFiles } from '../../mappings/index.js';
import type { Block } from '../../papers/index.js';
import { number } from '../migrate/view.js';

type Assessment = PlannedFiles['assessment'];

const mostDatabases = 10;
const mostFindings = 8;

const formatNames: Readonly<Record<string, string>> = {
  ICEBERG: 'Iceberg',
  PARQUET: 'Parquet',
  AVRO: 'Avro',
  DELTA: 'Delta Lake',
  HUDI: 'Hudi',
  TEXT: 'text',
  VIEW: 'views',
  RESOURCE_LINK: 'links to tables elsewhere',
  UNKNOWN: 'not recognised',
};

/** The inventory of the source. */
export function inventoryBlocks(assessment: Assessment): readonly Block[] {
  const { tables, summary } = assessment;
  const byFormat = [...Map.groupBy(tables, ({ format }) => format)]
    .map(([format, group]) => ({
      label: formatNames[format] ?? format,
      value: group.length,
      shown: number(group.length),
    }))
    .sort((a, b) => b.value - a.value || compareText(a.label, b.label));
  const byDatabase = [...Map.groupBy(tables, ({ database }) => database)]
    .map(([label, group]) => {
      const bytes = group.reduce((sum, { size }) => sum + (size.value ?? 0), 0);
      return { label, value: bytes, shown: formatBytes(bytes) };
    })
    .sort((a, b) => b.value - a.value || compareText(a.label, b.label));
  const rest = byDatabase.length - mostDatabases;
  return [
    { kind: 'heading', text: 'What is there' },
    {
      kind: 'text',
      text: `${number(summary.databases)} databases with ${number(summary.tables)} tables and views, ${number(summary.partitions)} partitions, and ${formatBytes(summary.knownSizeBytes)} of data whose size the catalog knows. It does not know the size of ${number(summary.tablesOfUnknownSize)} tables and views.`,
    },
    { kind: 'subheading', text: 'Tables by format' },
    { kind: 'bars', bars: byFormat },
    {
      kind: 'subheading',
      text: rest > 0 ? `The largest ${mostDatabases} of ${number(byDatabase.length)} databases` : 'Databases by size',
    },
    { kind: 'bars', bars: byDatabase.slice(0, mostDatabases) },
    ...findingBlocks(assessment),
  ];
}

function findingBlocks({ findings }: Assessment): readonly Block[] {
  const groups = [...Map.groupBy(findings, ({ code, fix }) => JSON.stringify([code, fix])).values()];
  const weight = { error: 0, warning: 1, info: 2 };
  const rows = groups
    .flatMap((group) => (group[0] === undefined ? [] : [{ first: group[0], count: group.length }]))
    .sort((a, b) => weight[a.first.severity] - weight[b.first.severity] || b.count - a.count);
  if (rows.length === 0) return [];
  const rest = rows.length - mostFindings;
  return [
    { kind: 'subheading', text: 'What the assessment noticed' },
    {
      kind: 'table',
      columns: [
        { title: 'Finding', width: 5 },
        { title: 'What to do', width: 4 },
        { title: 'Times', width: 1, align: 'right' },
      ],
      rows: rows.slice(0, mostFindings).map(({ first, count }) => [first.message, first.fix, number(count)]),
      ...(rest > 0 && { note: `${number(rest)} more kinds are in the assessment's report.` }),
    },
  ];
}
