import { sha256 } from '../../core/canonical-json.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import { unanswered } from '../checks/check-result.js';
import type { CheckResult } from '../checks/check-result.js';
import { compareChecksums } from '../checks/checksum.js';
import { largestPartition, readHashAnswer, totalRows } from '../checks/hash-answer.js';
import type { HashAnswer } from '../checks/hash-answer.js';
import { comparePartitions, differs } from '../checks/partition.js';
import { withLeniency } from '../checks/leniency.js';
import { compareQueryResults } from '../checks/query.js';
import { compareRowCounts, withEmptiness } from '../checks/row-count.js';
import { planSample } from '../checks/sample-plan.js';
import type { SampledPartition } from '../checks/sample-plan.js';
import { compareSamples, readSampledRows } from '../checks/sample.js';
import { compareStatistics, withGroups } from '../checks/statistics.js';
import type { StatisticsAnswer } from '../checks/statistics.js';
import { withScanProof } from '../checks/scan-proof.js';
import { differingFiles } from '../locate/differing-files.js';
import type { DifferingFiles } from '../locate/differing-files.js';
import { locateDifferences } from '../locate/locate.js';
import type { Located } from '../locate/locate.js';
import { powerOf, provePower } from '../power/prove-power.js';
import type { Power, ProvenCheck } from '../power/prove-power.js';
import { proveQuery, withQueryPower } from '../power/query-power.js';
import type { QueryPower } from '../power/query-power.js';
import type { DescribedColumn } from '../sql/columns-query.js';
import { countAndHash, sampledRows } from '../sql/row-hash-queries.js';
import type { TestQuery } from '../queries/test-query.js';
import type { Scan } from '../sql/scan.js';
import { groupsOfPartitions, rowsWithDistinct, statisticsQueries } from '../sql/statistics.js';
import type { Side } from '../values/form.js';
import type { SideQuestions } from './ask-sides.js';
import type { ComparedColumns } from './compared-columns.js';
import type { ValidationOptions } from './table-pair.js';

const hashedChecks = ['row_count', 'partition', 'checksum'] as const;

/** The checks of one table that read its rows. */
export class TableChecks {
  /** The answers of both sides' scans, once they are there. */
  private hashes: Readonly<Record<Side, HashAnswer>> | undefined;
  /** Of the test queries that passed. */
  readonly queryPowers: QueryPower[] = [];

  constructor(
    private readonly questions: SideQuestions,
    private readonly scans: Readonly<Record<Side, Scan>>,
    private readonly compared: ComparedColumns,
    private readonly options: ValidationOptions,
  ) {}

  /** The three checks that one scan of each side answers. */
  async hashed(remarks: readonly Diagnostic[]): Promise<readonly CheckResult[]> {
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
    const results = withScanProof(
      [
        withEmptiness(compareRowCounts(source, target, tolerance)),
        comparePartitions(source, target),
        withLeniency(compareChecksums(source, target, scope), this.compared.lenient),
      ],
      { source: totalRows(source), target: totalRows(target) },
      answers.value.figures,
    );
    return results.map((result) => ({ ...result, findings: [...result.findings, ...remarks] }));
  }

  async statistics(): Promise<CheckResult> {
    const { hashes } = this;
    const isSmall = (answer: HashAnswer): boolean => totalRows(answer) <= rowsWithDistinct;
    const countsDistinct = hashes !== undefined && isSmall(hashes.source) && isSmall(hashes.target);
    const partitions = Math.max(hashes?.source.size ?? 0, hashes?.target.size ?? 0);
    const groups = groupsOfPartitions(this.scans.source, countsDistinct, partitions, this.options.mostFigures);
    const source = statisticsQueries(this.scans.source, countsDistinct, groups);
    const target = statisticsQueries(this.scans.target, countsDistinct, groups);
    const answers: StatisticsAnswer[] = [];
    for (const [index, query] of source.entries()) {
      const answer = await this.questions.both('statistics', (side) =>
        side === 'source' ? query.sql : (target[index]?.sql ?? ''),
      );
      if (!answer.ok) return unanswered('statistics', answer.error);
      answers.push({ query, source: answer.value.source, target: answer.value.target });
    }
    const masked = this.compared.columns.flatMap(({ name, isMasked }) => (isMasked === true ? [name.source] : []));
    const keys = groups === undefined ? this.scans.source.partitionColumns.length : 1;
    const compared = withLeniency(compareStatistics(answers, keys, new Set(masked)), this.compared.lenient);
    return groups === undefined ? compared : withGroups(compared, groups, partitions);
  }

  async sample(): Promise<CheckResult> {
    const { sampleRows = 1000, runId } = this.options;
    // Without their number, no sample is known to be small.
    if (this.hashes === undefined) return unanswered('sample', [{ message: 'The rows could not be counted.' }]);
    const plan = planSample(partitionsOfBoth(this.hashes), sampleRows, sha256(runId));
    const answers = await this.questions.both('sample', (side) => sampledRows(this.scans[side], plan));
    if (!answers.ok) return unanswered('sample', answers.error);
    const keys = this.scans.source.partitionColumns.length;
    const [source, target] = [readSampledRows(answers.value.source, keys), readSampledRows(answers.value.target, keys)];
    return withLeniency(compareSamples(source, target, plan), this.compared.lenient);
  }

  /** Their power is shown at the source, whose columns are `described`. */
  async queries(queries: readonly TestQuery[], described: readonly DescribedColumn[]): Promise<readonly CheckResult[]> {
    const results: CheckResult[] = [];
    for (const query of queries) {
      const answers = await this.questions.both(`query ${query.id}`, (side) => query[side]);
      if (!answers.ok) {
        results.push({ ...unanswered('query', answers.error), details: { query: query.id } });
        continue;
      }
      const { source: plain, target, types } = answers.value;
      const result = compareQueryResults(
        query,
        { rows: plain, types: types.source },
        { rows: target, types: types.target },
      );
      if (result.status !== 'passed' || this.options.provesPower === false) results.push(result);
      else {
        const { questions } = this;
        const firstHash = largestPartition(this.hashes?.source)?.firstHash ?? null;
        const power = await proveQuery(query, this.scans.source, described, { firstHash, plain, questions });
        this.queryPowers.push(power);
        results.push(withQueryPower(result, query, power));
      }
    }
    return results;
  }

  async located(): Promise<{ readonly located: Located | null; readonly notLocated?: string }> {
    if (this.hashes === undefined || !differs(this.hashes.source, this.hashes.target)) return { located: null };
    const located = await locateDifferences(this.scans, this.hashes, this.questions, this.options.locate);
    if (located.ok) return { located: located.value };
    return { located: null, notLocated: located.error.map(({ message }) => message).join(' ') };
  }

  async files(): Promise<DifferingFiles | null> {
    if (this.options.namesFiles !== true || this.hashes === undefined) return null;
    if (!differs(this.hashes.source, this.hashes.target)) return null;
    return await differingFiles(this.scans, this.hashes, this.questions);
  }

  async power(others: readonly ProvenCheck[]): Promise<Power | null> {
    if (this.hashes === undefined || this.options.provesPower === false) return null;
    const outcomes = await provePower(this.scans.source, this.hashes.source, this.questions);
    return powerOf(this.scans.source, outcomes, others);
  }
}

/** Each partition, with the rows of the side that has more: both sides are sampled alike. */
function partitionsOfBoth({ source, target }: Readonly<Record<Side, HashAnswer>>): readonly SampledPartition[] {
  return [...new Map([...source, ...target])].map(([key, { values }]) => {
    const [from, to] = [source.get(key)?.rows ?? 0n, target.get(key)?.rows ?? 0n];
    return { values, rows: from > to ? from : to };
  });
}
