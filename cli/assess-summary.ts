import { join } from 'node:path';
import { fileNames, formatBytes } from '../assessments/index.js';
import type { Assessment } from '../assessments/index.js';
import { printable } from '../core/diagnostic.js';
import type { CliIo } from './io.js';
import type { StoredAs } from '../state/index.js';

/** More findings than a person reads on a terminal; the files have all of them. */
const maxFindings = 10;

/** What was found, where the files are and what to run next: for people, or as one JSON document. */
export function printSummary(
  { stdout }: CliIo,
  assessment: Assessment,
  { folder, saved, json }: { readonly folder: string; readonly saved: StoredAs | null; readonly json: boolean },
): void {
  const files = {
    report: join(folder, fileNames.report),
    partitions: join(folder, fileNames.partitions),
    markdown: join(folder, fileNames.markdown),
  };
  if (json) {
    const { source, assessedAt, summary, findings } = assessment;
    stdout.write(`${JSON.stringify({ source, assessedAt, summary, findings, files, stored: saved }, null, 2)}\n`);
    return;
  }
  stdout.write(`${summaryLines(assessment, files, saved).join('\n')}\n`);
}

function summaryLines(
  { source, summary, findings }: Assessment,
  files: Readonly<Record<'report' | 'partitions' | 'markdown', string>>,
  saved: StoredAs | null,
): readonly string[] {
  const formats = Object.entries(summary.tablesByFormat).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const noted = findings.filter(({ severity }) => severity !== 'error');
  return [
    `Glue catalog of account ${source.accountId ?? 'unknown'} in ${source.region}`,
    `  databases   ${summary.databases}`,
    `  tables      ${summary.tables}${formats.length === 0 ? '' : ` (${formats.map(([format, count]) => `${format} ${count}`).join(', ')})`}`,
    `  readiness   ready ${summary.ready}, needs conversion ${summary.needsConversion}, unknown ${summary.unknown}`,
    `  partitions  ${summary.partitions}`,
    `  known size  ${formatBytes(summary.knownSizeBytes)}; ${summary.tablesOfUnknownSize} tables of unknown size`,
    `  findings    ${findings.length}${summary.complete ? '' : ' (incomplete: something could not be read)'}`,
    ...noted.slice(0, maxFindings).map(({ code, asset, message }) => printable(`    ${code} ${asset}: ${message}`)),
    ...(noted.length > maxFindings ? [`    and ${noted.length - maxFindings} more in ${files.markdown}`] : []),
    'Files',
    ...Object.values(files).map((file) => `  ${file}`),
    ...(saved === null ? [] : ['Stored', `  as ${saved.id} in ${saved.place}`]),
    'Next',
    `  aws2openstack plan --assessment ${quoted(files.report)}`,
  ];
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
