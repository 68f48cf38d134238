import { sha256 } from '../../core/canonical-json.js';
import type { Result } from '../../core/result.js';
import type { ValidationType } from '../../state/schema/tables.js';
import { unanswered } from '../checks/check-result.js';
import type { CheckResult } from '../checks/check-result.js';
import { compareChecksums } from '../checks/checksum.js';
import { readHashAnswer, totalRows } from '../checks/hash-answer.js';
import type { HashAnswer } from '../checks/hash-answer.js';
import { comparePartitions, differs } from '../checks/partition.js';
import { compareQueryResults } from '../checks/query.js';
import { compareRowCounts } from '../checks/row-count.js';
import { compareSamples, readSampledRows, sampleSlice } from '../checks/sample.js';
import { compareSchemas } from '../checks/schema.js';
import { compareStatistics } from '../checks/statistics.js';
import type { StatisticsAnswer } from '../checks/statistics.js';
import { withScanProof } from '../checks/scan-proof.js';
import type { Sides } from '../engines/sides.js';
import { differingFiles } from '../locate/differing-files.js';
import type { DifferingFiles } from '../locate/differing-files.js';
import { locateDifferences } from '../locate/locate.js';
import type { Located } from '../locate/locate.js';
import { powerOf, provePower, withWeakness } from '../power/prove-power.js';
import type { Power } from '../power/prove-power.js';
import { columnsQuery, readColumns } from '../sql/columns-query.js';
import { countAndHash, rowsOfBuckets } from '../sql/row-hash-queries.js';
import type { Scan } from '../sql/scan.js';
import { statisticsQueries } from '../sql/statistics.js';
import type { Side } from '../values/form.js';
import { SideQuestions } from './ask-sides.js';
import type { AskedQuery } from './ask-sides.js';
import { withChosenPartitions } from './chosen-partitions.js';
import { comparedColumns } from './compared-columns.js';
import type { ComparedColumns } from './compared-columns.js';
import { pinnedSnapshots } from './snapshots.js';
import type { Snapshots } from './snapshots.js';
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
  /** What the checks saw of virtual mutations; `null` where none were made. */
  readonly power: Power | null;
}

const allChecks: readonly ValidationType[] = [
  'schema',
  'row_count',
  'partition',
  'checksum',
  'statistics',
  'sample',
  'query',
];

/** Runs the checks of one table. Never fails as a whole: a check without an answer has failed. */
export async function validateTable(
  pair: TablePair,
  options: ValidationOptions,
  sides: Sides,
): Promise<TableValidation> {
  const questions = new SideQuestions(sides, options.signal);
  const wanted = (options.checks ?? allChecks).filter(
    (check) =>
      (check !== 'partition' || pair.partitionColumns.length > 0) &&
      (check !== 'query' || (options.queries ?? []).length > 0),
  );
  const described = await questions.both('columns', (side) => columnsQuery(pair[side]));
  const snapshots = described.ok ? await pinnedSnapshots(pair, questions) : described;
  const finish = (
    results: readonly CheckResult[],
    { located = null, files = null, power = null }: Partial<Pick<TableValidation, 'located' | 'files' | 'power'>> = {},
  ): TableValidation => ({
    key: pair.key,
    results: withChosenPartitions(
      withWeakness(
        results.filter(({ check }) => wanted.includes(check)),
        power,
      ),
      pair.partitionColumns,
      options.partitions,
    ),
    queries: questions.asked,
    snapshots: snapshots.ok ? snapshots.value : {},
    located,
    files,
    power,
  });
  if (!described.ok || !snapshots.ok) {
    const reasons = [described, snapshots].flatMap((each) => (each.ok ? [] : each.error));
    return finish(wanted.map((check) => unanswered(check, reasons)));
  }
  const [source, target] = [readColumns(described.value.source), readColumns(described.value.target)];
  const schema = compareSchemas(source, target, pair.schema);
  const compared = comparedColumns(source, target, {
    rules: options.rules ?? {},
    demoted: sides.demoted,
    chosen: options.columns,
  });
  const scans = scansOf(pair, options, compared, snapshots.value);
  if (!scans.ok)
    return finish([schema, ...wanted.filter((each) => each !== 'schema').map((each) => unanswered(each, scans.error))]);
  const checks = new TableChecks(questions, scans.value, compared, options);
  const results = [
    schema,
    ...(await checks.hashed()),
    ...(wanted.includes('statistics') ? [await checks.statistics()] : []),
    ...(wanted.includes('sample') ? [await checks.sample()] : []),
    ...(wanted.includes('query') ? await checks.queries() : []),
  ];
  return finish(results, {
    located: await checks.located(),
    files: await checks.files(),
    power: await checks.power(),
  });
}

/** What is read of both sides; the reason where nothing can be compared. */
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

const hashedChecks = ['row_count', 'partition', 'checksum'] as const;

class TableChecks {
  /** What the scan of each side answered, once it did. */
  private hashes: Readonly<Record<Side, HashAnswer>> | undefined;

  constructor(
    private readonly questions: SideQuestions,
    private readonly scans: Readonly<Record<Side, Scan>>,
    private readonly compared: ComparedColumns,
    private readonly options: ValidationOptions,
  ) {}

  /** The three checks that one scan of each side answers. */
  async hashed(): Promise<readonly CheckResult[]> {
    const answers = await this.questions.both('hash', (side) => countAndHash(this.scans[side]));
    if (!answers.ok) return hashedChecks.map((check) => unanswered(check, answers.error));
    const { partitionColumns: keys } = this.scans.source;
    const [source, target] = [answers.value.source, answers.value.target].map((rows) =>
      readHashAnswer(rows, keys.length),
    );
    if (source === undefined || target === undefined) return [];
    if (this.options.partitions !== undefined && source.size + target.size === 0)
      return hashedChecks.map((check) =>
        unanswered(check, [{ message: 'Neither side has rows in these partitions.' }]),
      );
    this.hashes = { source, target };
    const { columns, notCompared, asText } = this.compared;
    const names = columns.map(({ name }) => name.source);
    const scope = { partitionColumns: keys.length, columns: names, notCompared, asText };
    const tolerance = this.scans.source.snapshotId === undefined ? this.options.rowCountTolerance : 0;
    return withScanProof(
      [
        compareRowCounts(source, target, tolerance),
        comparePartitions(source, target),
        compareChecksums(source, target, scope),
      ],
      { source: totalRows(source), target: totalRows(target) },
      answers.value.figures,
    );
  }

  async statistics(): Promise<CheckResult> {
    const [source, target] = [statisticsQueries(this.scans.source), statisticsQueries(this.scans.target)];
    const answers: StatisticsAnswer[] = [];
    for (const [index, query] of source.entries()) {
      const answer = await this.questions.both('statistics', (side) =>
        side === 'source' ? query.sql : (target[index]?.sql ?? ''),
      );
      if (!answer.ok) return unanswered('statistics', answer.error);
      answers.push({ query, source: answer.value.source, target: answer.value.target });
    }
    const masked = this.compared.columns.flatMap(({ name, isMasked }) => (isMasked === true ? [name.source] : []));
    return compareStatistics(answers, this.scans.source.partitionColumns.length, new Set(masked));
  }

  async sample(): Promise<CheckResult> {
    const { sampleRows = 1000, runId } = this.options;
    // Without their number, no slice is known to be small.
    if (this.hashes === undefined) return unanswered('sample', [{ message: 'The rows could not be counted.' }]);
    const [from, to] = [totalRows(this.hashes.source), totalRows(this.hashes.target)];
    const slice = sampleSlice(from > to ? from : to, sampleRows, sha256(runId));
    const answers = await this.questions.both('sample', (side) => rowsOfBuckets(this.scans[side], slice));
    if (!answers.ok) return unanswered('sample', answers.error);
    const keys = this.scans.source.partitionColumns.length;
    const [source, target] = [readSampledRows(answers.value.source, keys), readSampledRows(answers.value.target, keys)];
    return compareSamples(source, target, slice, this.hashes.source.size);
  }

  async queries(): Promise<readonly CheckResult[]> {
    const results: CheckResult[] = [];
    for (const query of this.options.queries ?? []) {
      const answers = await this.questions.both(`query ${query.id}`, (side) => query[side]);
      results.push(
        answers.ok
          ? compareQueryResults(query, answers.value.source, answers.value.target)
          : { ...unanswered('query', answers.error), details: { query: query.id } },
      );
    }
    return results;
  }

  async located(): Promise<Located | null> {
    if (this.hashes === undefined || !differs(this.hashes.source, this.hashes.target)) return null;
    const located = await locateDifferences(this.scans, this.hashes, this.questions, this.options.locate);
    return located.ok ? located.value : null;
  }

  async files(): Promise<DifferingFiles | null> {
    if (this.options.namesFiles !== true || this.hashes === undefined) return null;
    if (!differs(this.hashes.source, this.hashes.target)) return null;
    return await differingFiles(this.scans, this.hashes, this.questions);
  }

  async power(): Promise<Power | null> {
    if (this.hashes === undefined || this.options.provesPower === false) return null;
    const power = await provePower(this.scans.source, this.hashes.source, this.questions);
    return power.ok ? power.value : powerOf(this.scans.source, []);
  }
}
