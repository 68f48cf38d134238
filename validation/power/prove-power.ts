import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import type { ValidationType } from '../../state/schema/tables.js';
import { integer, largestPartition, textOrNull, totalRows } from '../checks/hash-answer.js';
import type { HashAnswer } from '../checks/hash-answer.js';
import type { Scan } from '../sql/scan.js';
import type { Rows, SideQuestions } from '../table/ask-sides.js';
import { mutationsOf } from './mutations.js';
import type { MutatedCheck, Mutation } from './mutations.js';
import { addedRowQuery, powerQuery } from './power-query.js';

/** The outcome of a mutation that was made virtually. */
export interface MutationOutcome extends Omit<Mutation, 'number'> {
  /** False where it changes nothing, such as a NULL that was NULL before: it proves nothing. */
  readonly isApplied: boolean;
  readonly seenBy: readonly MutatedCheck[];
}

export interface ProvenCheck {
  readonly check: ValidationType;
  /** Applied mutations that the check must see. */
  readonly tried: number;
  readonly caught: number;
}

export interface Power {
  readonly mutations: readonly MutationOutcome[];
  readonly checks: readonly ProvenCheck[];
  /** Checks that did not see a mutation that they must see, or of which no mutation was applied. */
  readonly weak: readonly ValidationType[];
  /** Columns in which no mutation changed a thing, such as those of NULLs only. */
  readonly unproven: readonly string[];
  /** Why no mutation was made; `null` where they were. */
  readonly failure: string | null;
}

const checks = ['row_count', 'partition', 'checksum', 'statistics', 'sample'] as const;
/** Columns that one query mutates: it holds each of them several times. */
const columnsAtOnce = 15;

/**
 * Mutates the source virtually, in every way that its columns allow, and tells which checks see it: a query of some rows of
 * the largest partition for each 15 columns. To a table without rows, one is added.
 */
export async function provePower(
  scan: Scan,
  hashes: HashAnswer,
  questions: SideQuestions,
): Promise<Result<readonly MutationOutcome[]>> {
  if (totalRows(hashes) === 0n) return await proveEmpty(scan, questions);
  // A key that is NULL cannot become NULL.
  const named = new Map([...hashes].filter(([, { values }]) => !values.includes(null)));
  const partition = largestPartition(named) ?? largestPartition(hashes);
  const one = { ...scan, ...(scan.partitionColumns.length > 0 && partition && { partitions: [partition.values] }) };
  const outcomes: MutationOutcome[] = [];
  for (let start = 0; start < scan.columns.length; start += columnsAtOnce) {
    const columns = scan.columns.slice(start, start + columnsAtOnce);
    const mutations = mutationsOf({ columns, partitionColumns: scan.partitionColumns, hasWholeRows: start === 0 });
    const answer = await questions.one('power', scan.side, powerQuery(one, columns, mutations));
    if (!answer.ok) return answer;
    outcomes.push(...outcomesOf(mutations, answer.value.rows, scan));
  }
  return ok(outcomes);
}

/** A table that has rows after all proves nothing. */
async function proveEmpty(scan: Scan, questions: SideQuestions): Promise<Result<readonly MutationOutcome[]>> {
  const answer = await questions.one('power', scan.side, addedRowQuery(scan, scan.columns.slice(0, columnsAtOnce)));
  if (!answer.ok) return answer;
  const [rows, added, hash, ...figures] = answer.value.rows[0] ?? [];
  if (rows === undefined || integer(rows) !== 0n) return ok([]);
  const isCounted = integer(added) === 1n;
  const seenBy = checks.filter((check) => {
    if (check === 'partition') return isCounted && scan.partitionColumns.length > 0;
    if (check === 'statistics') return isCounted || figures.some((figure) => figure !== null && figure !== 0);
    return isCounted && (check !== 'checksum' || hash !== null);
  });
  return ok([{ kind: 'add', column: null, mustBeSeenBy: checks, isApplied: true, seenBy }]);
}

function outcomesOf(mutations: readonly Mutation[], rows: Rows, scan: Scan): readonly MutationOutcome[] {
  const byNumber = new Map(rows.map((row) => [Number(row[0]), readMutated(row)]));
  const plain = byNumber.get(0);
  return mutations.map(({ number, ...mutation }) => {
    // Of a single row that is dropped there is no answer.
    const mutated = byNumber.get(number) ?? noRows;
    const isWhole = mutation.kind === 'drop' || mutation.kind === 'double';
    const isApplied = plain !== undefined && (isWhole || mutated.changed > 0n);
    const seenBy = isApplied ? checks.filter((check) => sees(check, mutation, plain, mutated, scan)) : [];
    return { ...mutation, isApplied, seenBy };
  });
}

/** A row of `powerQuery`. */
interface Mutated {
  readonly changed: bigint;
  readonly shown: bigint;
  readonly rows: bigint;
  readonly hash: string | null;
  readonly figures: readonly unknown[];
}

const noRows: Mutated = { changed: 0n, shown: 0n, rows: 0n, hash: null, figures: [] };

function readMutated([, changed, shown, rows, hash, ...figures]: readonly unknown[]): Mutated {
  return {
    changed: integer(changed),
    shown: integer(shown),
    rows: integer(rows),
    hash: textOrNull(hash),
    figures,
  };
}

function sees(
  check: MutatedCheck,
  { kind }: Pick<Mutation, 'kind'>,
  plain: Mutated,
  mutated: Mutated,
  { partitionColumns }: Scan,
): boolean {
  const hasOtherCount = mutated.rows !== plain.rows;
  switch (check) {
    case 'row_count':
      return hasOtherCount;
    case 'partition':
      // A value of a key that changed moves its row out of the one partition that was read.
      return partitionColumns.length > 0 && (hasOtherCount || kind === 'move');
    case 'checksum':
      return hasOtherCount || mutated.hash !== plain.hash;
    case 'statistics':
      return hasOtherCount || plain.figures.some((figure, index) => figure !== mutated.figures[index]);
    case 'sample':
      return hasOtherCount || mutated.shown > 0n;
  }
}

/** The power that mutations show, together with checks that have their own proof. Without any, every check is weak. */
export function powerOf(
  { partitionColumns }: Pick<Scan, 'partitionColumns'>,
  made: Result<readonly MutationOutcome[]>,
  others: readonly ProvenCheck[],
): Power {
  const mutations = made.ok ? made.value : [];
  const failure = made.ok ? null : made.error.map(({ message }) => message).join(' ');
  const proven = checks.filter((check) => check !== 'partition' || partitionColumns.length > 0);
  const counted = proven.map((check): ProvenCheck => {
    const tried = mutations.filter(({ isApplied, mustBeSeenBy }) => isApplied && mustBeSeenBy.includes(check));
    return { check, tried: tried.length, caught: tried.filter(({ seenBy }) => seenBy.includes(check)).length };
  });
  const all = [...others, ...counted];
  const weak = all.filter(({ tried, caught }) => tried === 0 || caught < tried).map(({ check }) => check);
  const byColumn = Map.groupBy(mutations, ({ column }) => column);
  const unproven = [...byColumn].flatMap(([column, own]) =>
    column === null || own.some(({ isApplied }) => isApplied) ? [] : [column],
  );
  return { mutations, checks: all, weak, unproven, failure };
}
