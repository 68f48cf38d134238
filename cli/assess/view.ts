import { join } from 'node:path';
import type { Assessment } from '../../assessments/index.js';
import { fileNames } from '../../assessments/glue-catalog/file-names.js';
import { describeCount, formatBytes } from '../../core/format-bytes.js';
import { printable } from '../../core/diagnostic.js';
import type { StoredAs } from '../../state/recording/stored-as.js';

/** More findings than a person reads on a terminal; the files have all of them. */
const maxFindings = 10;

export interface AssessedPlaces {
  /** Where the files were written. */
  readonly folder: string;
  /** Null when the assessment was not stored. */
  readonly stored: StoredAs | null;
}

/** One JSON document: what was found and where the files are. */
export function jsonOfAssessed(assessment: Assessment, { folder, stored }: AssessedPlaces): string {
  const { source, filter = null, assessedAt, listed = null, summary, findings } = assessment;
  return `${JSON.stringify({ kind: 'AssessedCatalog', source, filter, assessedAt, listed, summary, findings, files: filesIn(folder), stored }, null, 2)}\n`;
}

/** For people: what was found, where the files are and what to run next. */
export function describeAssessed(
  { source, filter, summary, findings, listed }: Assessment,
  { folder, stored }: AssessedPlaces,
): string {
  const files = filesIn(folder);
  const formats = Object.entries(summary.tablesByFormat).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const noted = findings.filter(({ severity }) => severity !== 'error');
  const lines = [
    `Glue catalog ${source.catalogId === undefined ? '' : `${source.catalogId} `}of account ${source.accountId ?? 'unknown'} in ${source.region}`,
    `  databases   ${summary.databases}${describeFilter(filter)}`,
    `  tables      ${summary.tables}${formats.length === 0 ? '' : ` (${formats.map(([format, count]) => `${format} ${count}`).join(', ')})`}`,
    `  readiness   ready ${summary.ready}, needs conversion ${summary.needsConversion}, unknown ${summary.unknown}`,
    `  partitions  ${summary.partitions}`,
    `  known size  ${formatBytes(summary.knownSizeBytes)}; ${summary.tablesOfUnknownSize} tables of unknown size`,
    ...(listed === undefined ? [] : [`  listed      ${describeCount(listed)}, each once`]),
    `  findings    ${findings.length}${findings.some(({ severity }) => severity === 'error') ? ' (incomplete: something could not be read)' : ''}`,
    ...noted
      .slice(0, maxFindings)
      .map(({ code, asset, message }) => `    ${code} ${asset === '' ? 'catalog' : asset}: ${message}`),
    ...(noted.length > maxFindings ? [`    and ${noted.length - maxFindings} more in ${files.markdown}`] : []),
    'Files',
    ...Object.values(files).map((file) => `  ${file}`),
    ...(stored === null ? [] : ['Stored', `  as ${stored.id} in ${stored.place}`]),
    'Next',
    `  aws2openstack plan --assessment ${quoted(files.report)}`,
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function describeFilter(filter: Assessment['filter']): string {
  if (filter === undefined) return '';
  return ` (those that match ${filter.databases}; ${filter.databasesLeftOut} left out)`;
}

function filesIn(folder: string): Readonly<Record<'report' | 'partitions' | 'markdown', string>> {
  return {
    report: join(folder, fileNames.report),
    partitions: join(folder, fileNames.partitions),
    markdown: join(folder, fileNames.markdown),
  };
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
