import { diagnostic } from '../../core/diagnostic.js';
import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { ValidationType } from '../../state/schema/tables.js';
import { integer, textOrNull } from '../checks/hash-answer.js';
import type { HashAnswer, PartitionHash } from '../checks/hash-answer.js';
import type { CheckResult } from '../checks/check-result.js';
import type { ComparedColumn, Scan } from '../sql/scan.js';
import type { Rows, SideQuestions } from '../table/ask-sides.js';
import { mustSee, mutationsOf } from './mutations.js';
import type { Mutation } from './mutations.js';
import { powerQuery } from './power-query.js';

/** What became of a mutation that was made virtually. */
export interface MutationOutcome extends Omit<Mutation, 'number'> {
  /** False where it changes nothing, such as a NULL that was NULL before: it proves nothing. */
  readonly isApplied: boolean;
  readonly seenBy: readonly ValidationType[];
}

export interface Power {
  readonly mutations: readonly MutationOutcome[];
  /** Of each check, the applied mutations that it must see, and how many of them it saw. */
  readonly checks: readonly { readonly check: ValidationType; readonly tried: number; readonly caught: number }[];
  /** Checks that did not see a mutation that they must see, or of which no mutation was applied. */
  readonly weak: readonly ValidationType[];
}

const checks = ['row_count', 'partition', 'checksum', 'statistics'] as const;
type ProvenCheck = (typeof checks)[number];
/** Rows that are repeated for each mutation. */
const repeatedRows = 100_000n;
const mostProbed = 20;

/**
 * Mutates one row of the source virtually, in every way that its columns allow, and tells which checks see it. One scan of
 * one partition. A table without rows has no row to mutate: every check is weak.
 */
export async function provePower(scan: Scan, hashes: HashAnswer, questions: SideQuestions): Promise<Result<Power>> {
  const partition = largestOf(hashes);
  const { firstHash, lastHash } = partition ?? { firstHash: null, lastHash: null };
  if (partition === undefined || firstHash === null || lastHash === null) return ok(powerOf(scan, []));
  const probed = probedColumns(scan);
  const mutations = mutationsOf({ columns: probed, partitionColumns: scan.partitionColumns });
  const victims = { victim: firstHash, other: lastHash, buckets: bucketsFor(partition.rows) };
  const one = { ...scan, ...(scan.partitionColumns.length > 0 && { partitions: [partition.values] }) };
  const answer = await questions.one('power', scan.side, powerQuery(one, probed, mutations, victims));
  if (!answer.ok) return answer;
  return ok(powerOf(scan, outcomesOf(mutations, answer.value.rows, scan)));
}

/** The first columns, and those of the partitions: one statement must hold them all several times. */
function probedColumns({ columns, partitionColumns }: Scan): readonly ComparedColumn[] {
  const first = columns.slice(0, mostProbed);
  const keys = partitionColumns.map(({ name }) => name.source);
  return [...first, ...columns.slice(mostProbed).filter(({ name }) => keys.includes(name.source))];
}

function largestOf(hashes: HashAnswer): PartitionHash | undefined {
  return [...hashes.values()].reduce<PartitionHash | undefined>(
    (largest, each) => (largest === undefined || each.rows > largest.rows ? each : largest),
    undefined,
  );
}

function bucketsFor(rows: bigint): number {
  let buckets = 1;
  while (BigInt(buckets) * repeatedRows < rows && buckets < 2 ** 30) buckets *= 2;
  return buckets;
}

function outcomesOf(mutations: readonly Mutation[], rows: Rows, scan: Scan): readonly MutationOutcome[] {
  const byNumber = new Map(rows.map((row) => [Number(row[0]), row]));
  const plain = byNumber.get(0) ?? [];
  return mutations.map(({ number, ...mutation }) => {
    // A table of one row that is dropped has no answer.
    const row = byNumber.get(number);
    const isWhole = mutation.kind === 'drop' || mutation.kind === 'double';
    const isApplied = isWhole || (row !== undefined && integer(row[1]) > 0n);
    return {
      ...mutation,
      isApplied,
      seenBy: isApplied ? checks.filter((check) => sees(check, mutation, plain, row, scan)) : [],
    };
  });
}

function sees(
  check: ProvenCheck,
  { kind, column }: Omit<Mutation, 'number'>,
  plain: readonly unknown[],
  row: readonly unknown[] | undefined,
  { partitionColumns }: Scan,
): boolean {
  if (row === undefined) return check !== 'partition' || partitionColumns.length > 0;
  const hasOtherCount = integer(row[2]) !== integer(plain[2]);
  switch (check) {
    case 'row_count':
      return hasOtherCount;
    case 'partition':
      // A value of a key that changed moves its row out of the one partition that was read.
      return (
        partitionColumns.length > 0 && (hasOtherCount || (kind === 'move' && column !== null && integer(row[1]) > 0n))
      );
    case 'checksum':
      return hasOtherCount || textOrNull(row[3] ?? null) !== textOrNull(plain[3] ?? null);
    case 'statistics':
      return row.slice(4).some((figure, index) => figure !== plain[4 + index]);
  }
}

/** What mutations show; without any, every check is weak. */
export function powerOf({ partitionColumns }: Scan, mutations: readonly MutationOutcome[]): Power {
  const proven = checks.filter((check) => check !== 'partition' || partitionColumns.length > 0);
  const counted = proven.map((check) => {
    const tried = mutations.filter(({ kind, isApplied }) => isApplied && mustSee[check]?.includes(kind) === true);
    return { check, tried: tried.length, caught: tried.filter(({ seenBy }) => seenBy.includes(check)).length };
  });
  const weak = counted.filter(({ tried, caught }) => tried === 0 || caught < tried).map(({ check }) => check);
  return { mutations, checks: counted, weak };
}

/** A check that did not see what it must see does not pass. */
export function withWeakness(results: readonly CheckResult[], power: Power | null): readonly CheckResult[] {
  return results.map((result) => {
    if (power?.weak.includes(result.check) !== true) return result;
    const finding = diagnostic({
      code: 'check-weak',
      severity: 'warning',
      message: `The check ${result.check} was not shown to see every damage that it is for.`,
      fix: 'Read `power` of the result, and rely on the checks that saw it.',
    });
    return {
      ...result,
      status: result.status === 'passed' ? 'warning' : result.status,
      findings: [...result.findings, finding],
    };
  });
}
