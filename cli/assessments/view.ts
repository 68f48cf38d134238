import type { Finding } from '../../assessments/index.js';
import { formatBytes } from '../../core/format-bytes.js';
import { printable } from '../../core/diagnostic.js';
import type { AssessmentComparison, StoredAssessment, TransformationResult } from '../../state/index.js';
import type { Dependents } from '../../state/repositories/assessments.js';
import { shownId } from '../../state/repositories/ids.js';
import { alignColumns } from '../text-table.js';

/** More findings than a person reads on a terminal; `--json` has all of them. */
const maxFindings = 10;

/** One assessment and what depends on it. */
export interface ShownAssessment {
  readonly assessment: StoredAssessment;
  readonly findings: readonly Finding[];
  /** Newest first. */
  readonly synths: readonly TransformationResult[];
}

/** For people. */
export function describeList(
  assessments: readonly StoredAssessment[],
  { region, account }: { readonly region: string | undefined; readonly account: string | undefined },
): string {
  if (assessments.length === 0) {
    const asked = [
      ...(region === undefined ? [] : [`region ${region}`]),
      ...(account === undefined ? [] : [`account ${account}`]),
    ];
    return `No assessment${asked.length === 0 ? '' : ` of ${asked.join(' and ')}`} is stored. Run \`aws2openstack assess … --save-to-db\` to store one.\n`;
  }
  const header = [
    'id',
    'assessed',
    'region',
    'account',
    'databases',
    'tables',
    'ready',
    'conversion',
    'unknown',
    'size',
  ];
  const rows = assessments.map((one) => [
    shownId(one.id),
    minuteOf(one.timestamp),
    one.region,
    one.aws_account_id ?? '?',
    ...[one.total_databases, one.total_tables, one.migration_ready, one.needs_conversion, one.unknown].map(String),
    one.tables_of_unknown_size === one.total_tables && one.total_tables > 0
      ? 'unknown'
      : formatBytes(one.total_estimated_size_bytes),
  ]);
  return `${alignColumns([header, ...rows.map((row) => row.map(printable))], 4)}\n`;
}

/** For people. */
export function describeAssessment({ assessment: one, findings, synths }: ShownAssessment): string {
  const formats = Object.entries(one.tables_by_format).sort(
    ([a, x], [b, y]) => y.tables - x.tables || (a < b ? -1 : 1),
  );
  return `${[
    `${shownId(one.id)}: account ${one.aws_account_id ?? 'unknown'} in ${one.region}, assessed ${minuteOf(one.timestamp)} by aws2openstack ${one.tool_version}`,
    ...(one.catalog_id === null ? [] : [`  catalog     ${one.catalog_id}`]),
    `  databases   ${one.total_databases}${one.database_filter === null ? '' : ` (those that match ${one.database_filter})`}`,
    `  tables      ${one.total_tables} (${formats.map(([format, { tables }]) => `${format} ${tables}`).join(', ')})`,
    `  readiness   ready ${one.migration_ready}, needs conversion ${one.needs_conversion}, unknown ${one.unknown}`,
    `  partitions  ${one.total_partitions}`,
    `  known size  ${formatBytes(one.total_estimated_size_bytes)}; ${one.tables_of_unknown_size} tables of unknown size`,
    `  report      SHA-256 ${one.report_sha256}`,
    `  findings    ${findings.length}${findings.some(({ severity }) => severity === 'error') ? ' (incomplete: something could not be read)' : ''}`,
    ...findings
      .slice(0, maxFindings)
      .map(({ code, asset, message }) => `    ${code} ${asset === '' ? 'catalog' : asset}: ${message}`),
    ...(findings.length > maxFindings ? [`    and ${findings.length - maxFindings} more: use --json to see all`] : []),
    synths.length === 0
      ? 'The store knows no Terraform generated from it.'
      : 'Terraform generated from it, newest first',
    ...synths.map(
      (synth) =>
        `  ${minuteOf(synth.created_at)} by '${synth.template_name}' with ${synth.tool_version}: plan ${synth.plan_sha256.slice(0, 12)}, Terraform ${synth.output_sha256.slice(0, 12)}, ${tablesOf(synth)}`,
    ),
  ]
    .map(printable)
    .join('\n')}\n`;
}

export interface ComparedAssessments {
  readonly before: StoredAssessment;
  readonly after: StoredAssessment;
  readonly comparison: AssessmentComparison;
}

/** For people. */
export function describeComparison({ before, after, comparison }: ComparedAssessments): string {
  const { databases, notCompared, tables, changes, truncated } = comparison;
  const names = (kind: 'added' | 'removed' | 'changed'): string[] =>
    databases[kind].length === 0 ? [] : [`Databases ${kind}: ${databases[kind].map(printable).join(', ')}`];
  const marks = { added: '+', removed: '-', changed: '~' } as const;
  const title = `${shownId(before.id)} (${minuteOf(before.timestamp)}) → ${shownId(after.id)} (${minuteOf(after.timestamp)})`;
  const left =
    notCompared.length === 0
      ? []
      : [`Not compared, because only one of both read them: ${notCompared.map(printable).join(', ')}`];
  if (Object.values(databases).every((list) => list.length === 0))
    return `${[title, ...left, notCompared.length === 0 ? 'No differences.' : 'No differences in what both read.'].join('\n')}\n`;
  return `${[
    title,
    ...left,
    ...names('added'),
    ...names('removed'),
    ...names('changed'),
    `Tables: ${tables.added} added, ${tables.removed} removed, ${tables.changed} changed`,
    ...changes.flatMap(({ change, database_name, table_name, differences }) => [
      `${marks[change]} ${printable(`${database_name}.${table_name}`)}`,
      ...differences.map((one) => `    ${one.what}: ${printable(one.before)} → ${printable(one.after)}`),
    ]),
    ...(truncated ? ['… and more: raise --limit to list them'] : []),
  ].join('\n')}\n`;
}

export interface AssessmentDeletion {
  readonly assessment: StoredAssessment;
  readonly dependents: Dependents;
  /** False for a dry run. */
  readonly deleted: boolean;
}

/** For people. */
export function describeDeletion({ assessment, dependents, deleted }: AssessmentDeletion): string {
  const what = `${shownId(assessment.id)} (${assessment.total_tables} tables, ${dependents.transformation_results} synth results, ${dependents.migration_jobs} migration jobs, ${dependents.validation_results} validation results)`;
  return deleted ? `Deleted ${what}.\n` : `Would delete ${what}. Add --yes to delete it.\n`;
}

export function jsonOfList(assessments: readonly StoredAssessment[]): string {
  return asJson(assessments.map(withShownId));
}

export function jsonOfAssessment(shown: ShownAssessment): string {
  return asJson({ kind: 'StoredAssessment', ...documentOf(shown) });
}

export function jsonOfAssessments(shown: readonly ShownAssessment[]): string {
  return asJson(shown.map(documentOf));
}

export function jsonOfComparison({ before, after, comparison }: ComparedAssessments): string {
  return asJson({
    kind: 'AssessmentComparison',
    before: withShownId(before),
    after: withShownId(after),
    ...comparison,
  });
}

export function jsonOfDeletion({ assessment, dependents, deleted }: AssessmentDeletion): string {
  return asJson({ kind: 'AssessmentDeletion', id: shownId(assessment.id), deleted, dependents });
}

function documentOf({ assessment, findings, synths }: ShownAssessment): object {
  return { ...withShownId(assessment), findings, transformation_results: synths };
}

function withShownId(assessment: StoredAssessment): object {
  const { id, ...rest } = assessment;
  return { id: shownId(id), uuid: id, ...rest };
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function tablesOf({ totals }: TransformationResult): string {
  const { mapped = 0, skipped = 0, blocked = 0 } = totals['table'] ?? {};
  return `${mapped} tables mapped, ${skipped} skipped, ${blocked} blocked`;
}

/** Such as `2026-11-21 14:03 UTC`. */
function minuteOf(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
