import { escapeMarkdown } from '../../core/escape-markdown.js';
import { describeCount, formatBytes } from '../../core/format-bytes.js';
import { section, table } from '../report-markdown/section.js';
import type { ObjectCount } from '../storage/object-figures.js';
import type { AssessedBucket, S3Assessment } from './s3-assessment.js';
import type { Fate } from './settings/setting.js';
import { s3FileNames } from './file-names.js';

/** The assessment as a page for people. Bounded: what is left out is counted, and the JSON report has it. Pure. */
export function renderS3Markdown(assessment: S3Assessment): string {
  const { buckets, findings, tables } = assessment;
  const parts = [
    renderHead(assessment),
    renderSummary(assessment),
    section('Buckets', bucketHead, buckets.map(bucketRow), 'buckets', s3FileNames.report),
    section('Storage classes', ['Class', 'Objects', 'Size'], classRows(assessment), 'classes', s3FileNames.report),
    section('What becomes of settings', settingHead, buckets.flatMap(settingRows), 'settings', s3FileNames.report),
    section(
      'Tables',
      ['Table', 'Objects', 'Size', 'Hidden', 'Last change'],
      tableRows(tables),
      'tables',
      s3FileNames.report,
    ),
    section(
      'Findings',
      ['Severity', 'Code', 'Bucket', 'Message', 'Fix'],
      findings.map(({ severity, code, asset, message, fix }) =>
        [severity, code, asset, message, fix].map(escapeMarkdown),
      ),
      'findings',
      s3FileNames.report,
    ),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const scopes = {
  region: 'every bucket of the account in the region',
  buckets: 'the buckets that were named',
  tables: 'the folders of the tables of a Glue catalog',
} as const;

function renderHead({ source, scope, assessedAt, toolVersion }: S3Assessment): string {
  return `# Assessment of S3\n\nRegion ${escapeMarkdown(source.region)}, ${scopes[scope]}, assessed at ${escapeMarkdown(assessedAt)} by aws2openstack ${escapeMarkdown(toolVersion)}.`;
}

function renderSummary({ summary }: S3Assessment): string {
  const cards = [
    ['Buckets', String(summary.buckets)],
    ['Current objects', describeCount(summary)],
    ['Old versions, which are not copied', describeCount(summary.noncurrent)],
    ['Delete markers', String(summary.deleteMarkers)],
    ['Last change', summary.lastModified ?? 'none'],
    ['Buckets of unknown contents', String(summary.bucketsWithoutContents)],
  ];
  return [
    '## Summary',
    '',
    ...table(['', ''], cards),
    ...(summary.complete ? [] : ['', '**Incomplete:** something could not be read; the findings say what.']),
  ].join('\n');
}

const bucketHead = ['Bucket', 'Region', 'Objects', 'Size', 'Old versions', 'Delete markers', 'Last change', 'Figures'];

function bucketRow({ name, region, contents }: AssessedBucket): readonly string[] {
  const cells =
    contents === null
      ? ['unknown', 'unknown', 'unknown', 'unknown', 'unknown', 'none']
      : [
          String(contents.objects),
          formatBytes(contents.bytes),
          orUnknown(contents.noncurrent),
          String(contents.deleteMarkers ?? 'unknown'),
          contents.lastModified ?? 'none',
          `${contents.source}${contents.asOf === undefined ? '' : ` of ${contents.asOf}`}`,
        ];
  return [name, region ?? '', ...cells].map(escapeMarkdown);
}

function orUnknown(count: ObjectCount | null): string {
  return count === null ? 'unknown' : describeCount(count);
}

function classRows({ summary }: S3Assessment): readonly (readonly string[])[] {
  return Object.entries(summary.storageClasses).map(([name, { objects, bytes }]) => [
    escapeMarkdown(name),
    String(objects),
    formatBytes(bytes),
  ]);
}

const settingHead = ['Bucket', 'Setting', 'Found', 'At the target', ''];

const fates: Readonly<Record<Fate, string>> = {
  mapping: 'by the mapping',
  'by-hand': 'by hand',
  'not-needed': 'not needed',
};

function settingRows({ name, settings }: AssessedBucket): readonly (readonly string[])[] {
  return settings.map(({ setting, found, fate, becomes }) => [
    escapeMarkdown(name),
    setting,
    escapeMarkdown(found),
    fates[fate],
    escapeLong(becomes),
  ]);
}

/** Texts of this program are longer than what a catalog may print. */
function escapeLong(text: string): string {
  return (
    text
      .match(/.{1,180}/gs)
      ?.map(escapeMarkdown)
      .join('') ?? ''
  );
}

function tableRows(tables: S3Assessment['tables']): readonly (readonly string[])[] {
  return tables.map(({ database, name, files }) => [
    escapeMarkdown(`${database}.${name}`),
    ...(files === null
      ? ['unknown', 'unknown', 'unknown', 'unknown']
      : [String(files.objects), formatBytes(files.bytes), describeCount(files.hidden), files.lastModified ?? 'none']),
  ]);
}
