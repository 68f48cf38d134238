import { join } from 'node:path';
import { describeCount } from '../../../core/format-bytes.js';
import { s3FileNames } from '../../../assessments/s3/file-names.js';
import type { S3Assessment } from '../../../assessments/s3/s3-assessment.js';
import { printable } from '../../../core/diagnostic.js';

/** More findings than a person reads on a terminal; the files have all of them. */
const maxFindings = 10;

/** One JSON document: what was found and where the files are. */
export function jsonOfS3({ source, scope, assessedAt, summary, findings }: S3Assessment, folder: string): string {
  return `${JSON.stringify({ kind: 'AssessedBuckets', source, scope, assessedAt, summary, findings, files: filesIn(folder) }, null, 2)}\n`;
}

/** For people: what was found and where the files are. */
export function describeS3({ source, summary, buckets, tables, findings }: S3Assessment, folder: string): string {
  const files = filesIn(folder);
  const byHand = buckets.flatMap(({ settings }) => settings).filter(({ fate }) => fate === 'by-hand').length;
  const classes = Object.entries(summary.storageClasses).map(([name, count]) => `${name} ${describeCount(count)}`);
  const noted = findings.filter(({ severity }) => severity !== 'error');
  const lines = [
    `S3 in ${source.region}`,
    `  buckets     ${summary.buckets}${summary.bucketsWithoutContents === 0 ? '' : `; the contents of ${summary.bucketsWithoutContents} are unknown`}`,
    `  objects     ${describeCount(summary)}`,
    ...classes.map((text) => `    ${text}`),
    `  old         ${describeCount(summary.noncurrent)} as noncurrent versions; ${summary.deleteMarkers} delete markers`,
    ...(tables.length === 0
      ? []
      : [
          `  tables      ${tables.length}, of which ${tables.filter(({ files: own }) => own === null).length} have no listed files`,
        ]),
    `  settings    ${byHand} to be done by hand at the target`,
    `  findings    ${findings.length}${summary.complete ? '' : ' (incomplete: something could not be read)'}`,
    ...noted
      .slice(0, maxFindings)
      .map(({ code, asset, message }) => `    ${code}${asset === '' ? '' : ` ${asset}`}: ${message}`),
    ...(noted.length > maxFindings ? [`    and ${noted.length - maxFindings} more in ${files.markdown}`] : []),
    'Files',
    ...Object.values(files).map((file) => `  ${file}`),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function filesIn(folder: string): Readonly<Record<'report' | 'markdown', string>> {
  return { report: join(folder, s3FileNames.report), markdown: join(folder, s3FileNames.markdown) };
}
