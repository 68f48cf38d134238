import type { Result } from '../../core/result.js';
import { inSpan } from '../../core/span.js';
import { allChecks } from '../checks/all-checks.js';
import { unanswered } from '../checks/check-result.js';
import type { CheckResult } from '../checks/check-result.js';
import { compareSchemas } from '../checks/schema.js';
import type { Sides } from '../engines/sides.js';
import type { DifferingFiles } from '../locate/differing-files.js';
import type { Located } from '../locate/locate.js';
import type { Power, ProvenCheck } from '../power/prove-power.js';
import { readsTable } from '../power/query-power.js';
import type { QueryPower } from '../power/query-power.js';
import { schemaPower } from '../power/schema-power.js';
import { withWeakness } from '../power/weakness.js';
import { columnsQuery, readColumns } from '../sql/columns-query.js';
import type { Scan } from '../sql/scan.js';
import type { Side } from '../values/form.js';
import { SideQuestions } from './ask-sides.js';
import type { AskedQuery } from './ask-sides.js';
import { withChosenPartitions } from './chosen-partitions.js';
import { comparedColumns } from './compared-columns.js';
import type { ComparedColumns } from './compared-columns.js';
import { reasonsForNoColumns } from './no-columns.js';
import { proveOtherObjects } from './same-objects.js';
import { withRowWarning } from './row-warning.js';
import { pinnedSnapshots } from './snapshots.js';
import type { Snapshots } from './snapshots.js';
import { TableChecks } from './table-checks.js';
import type { TablePair, ValidationOptions } from './table-pair.js';

export interface TableValidation {
  readonly key: string;
  /** One for each check that was asked for; of queries one for each query. */
  readonly results: readonly CheckResult[];
  readonly queries: readonly AskedQuery[];
  readonly snapshots: Snapshots;
  /** The rows that differ; `null` where none do, or where they could not be read. */
  readonly located: Located | null;
  /** Those that hold these rows; `null` where none differ, where they were not asked for, or are not known. */
  readonly files: DifferingFiles | null;
  /** Why the rows that differ could not be read. */
  readonly notLocated?: string;
  /** The power that virtual mutations showed; `null` if none were made. */
  readonly power: Power | null;
}

/** Runs the checks of one table. Never fails as a whole: a check without an answer has failed. */
export async function validateTable(
  pair: TablePair,
  options: ValidationOptions,
  sides: Sides,
): Promise<TableValidation> {
  const questions = new SideQuestions(sides, options.signal);
  const queries = (options.queries ?? []).filter((query) => readsTable(query, pair));
  const wanted = (options.checks ?? allChecks).filter(
    (check) => (check !== 'partition' || pair.partitionColumns.length > 0) && (check !== 'query' || queries.length > 0),
  );
  const described = await questions.both('columns', (side) => columnsQuery(pair[side]));
  const pinned = described.ok ? await pinnedSnapshots(pair, questions) : described;
  const snapshots = pinned.ok ? pinned.value.snapshots : {};
  const behind = pinned.ok ? pinned.value.behind : null;
  const told = (results: readonly CheckResult[]): readonly CheckResult[] =>
    behind === null ? results : withRowWarning(results, behind);
  const finish = (
    results: readonly CheckResult[],
    { located = null, files = null, power = null, notLocated }: Partial<TableValidation> = {},
  ): TableValidation => ({
    key: pair.key,
    results: told(
      withChosenPartitions(
        withWeakness(
          results.filter(({ check }) => wanted.includes(check)),
          power,
        ),
        pair.partitionColumns,
        options.partitions,
      ),
    ),
    queries: questions.asked,
    snapshots,
    located,
    files,
    ...(notLocated !== undefined && { notLocated }),
    power,
  });
  const refuse = (reasons: readonly { readonly message: string }[]): TableValidation =>
    finish(wanted.map((check) => unanswered(check, reasons)));
  if (!described.ok || !pinned.ok) return refuse([described, pinned].flatMap((each) => (each.ok ? [] : each.error)));
  const [source, target] = [readColumns(described.value.source), readColumns(described.value.target)];
  const schema = compareSchemas(source, target, pair.schema);
  const onlySchema = (reasons: readonly { readonly message: string }[]): TableValidation =>
    finish([schema, ...wanted.filter((each) => each !== 'schema').map((each) => unanswered(each, reasons))]);
  const unreadable = await reasonsForNoColumns(pair, { source, target }, questions);
  if (unreadable.length > 0) return onlySchema(unreadable);
  const compared = comparedColumns(source, target, {
    rules: options.rules ?? {},
    demoted: sides.demoted,
    chosen: options.columns,
  });
  const scans = scansOf(pair, options, compared, snapshots);
  if (!scans.ok) return onlySchema(scans.error);
  const proof = await proveOtherObjects(pair, questions);
  if (proof.kind === 'same') return refuse([proof.reason]);
  const remarks = [...pinned.value.findings, ...(proof.kind === 'unknown' ? [proof.finding] : [])];
  const checks = new TableChecks(questions, scans.value, compared, options);
  const hashed = await inSpan('check row hashes', {}, () => checks.hashed(remarks));
  const results = [
    schema,
    ...(proof.kind === 'unknown' && isSameService(sides) ? hashed.map(withoutProof) : hashed),
    ...(wanted.includes('statistics') ? [await inSpan('check statistics', {}, () => checks.statistics())] : []),
    ...(wanted.includes('sample') ? [await inSpan('check sample', {}, () => checks.sample())] : []),
    ...(wanted.includes('query') ? await inSpan('check queries', {}, () => checks.queries(queries, source)) : []),
  ];
  const power = await checks.power([
    ...(wanted.includes('schema') ? [await schemaPower(source, target, pair.schema)] : []),
    ...queryPower(checks.queryPowers),
  ]);
  return finish(results, { ...(await checks.located()), files: await checks.files(), power });
}

/** Two clusters of Trino may well share a metastore; Athena and the Trino of the target are two places for certain. */
function isSameService({ source, target }: Sides): boolean {
  return source.identity.service === target.identity.service;
}

/** A check that may have compared a table with itself does not pass. */
function withoutProof(result: CheckResult): CheckResult {
  return { ...result, status: result.status === 'passed' ? 'warning' : result.status };
}

/** A test query that sees no damage at all is weak. Those of which that is not known say so themselves. */
function queryPower(powers: readonly QueryPower[]): readonly ProvenCheck[] {
  const known = powers.filter(({ unknown }) => unknown === null);
  if (known.length === 0) return [];
  return [{ check: 'query', tried: known.length, caught: known.filter(({ sees }) => sees !== null).length }];
}

/** The scans of both sides; the reason if nothing can be compared. */
function scansOf(
  pair: TablePair,
  { partitions }: ValidationOptions,
  { columns }: ComparedColumns,
  snapshots: Snapshots,
): Result<Readonly<Record<Side, Scan>>, readonly { readonly message: string }[]> {
  const keys = pair.partitionColumns.map((key) => ({
    key,
    column: columns.find(({ name }) => name.source.toLowerCase() === key.toLowerCase()),
  }));
  const problems = [
    ...(columns.length === 0 ? [{ message: 'The sides have no column that can be compared.' }] : []),
    ...keys
      .filter(({ column }) => column === undefined)
      .map(({ key }) => ({ message: `The partition column '${key}' cannot be compared.` })),
  ];
  if (problems.length > 0) return { ok: false, error: problems };
  const scan = (side: Side): Scan => ({
    side,
    table: pair[side],
    ...(snapshots[side] !== undefined && { snapshotId: snapshots[side] }),
    columns,
    partitionColumns: keys.flatMap(({ column }) => column ?? []),
    ...(partitions !== undefined && { partitions }),
  });
  return { ok: true, value: { source: scan('source'), target: scan('target') } };
}
