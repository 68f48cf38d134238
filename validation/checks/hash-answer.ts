import { canonicalJson, compareText, sha256 } from '../../core/canonical-json.js';
import type { PartitionValues } from '../sql/partition-filter.js';

/** Count and hash of one partition. */
export interface PartitionHash {
  readonly values: PartitionValues;
  readonly rows: bigint;
  /** Checksum as hexadecimal text; `null` without rows. */
  readonly hash: string | null;
  /** Smallest and largest row hash; `null` without rows. */
  readonly firstHash: bigint | null;
  readonly lastHash: bigint | null;
}

/** One side's answer to `countAndHash`, by key of the partition. */
export type HashAnswer = ReadonlyMap<string, PartitionHash>;

/** Equal for equal values, NULL and '' included. */
export function partitionKey(values: PartitionValues): string {
  return JSON.stringify(values);
}

/** Reads the rows of `countAndHash`. Throws where they are not its rows. */
export function readHashAnswer(rows: readonly (readonly unknown[])[], partitionColumns: number): HashAnswer {
  const partitions = rows.map((row): PartitionHash => {
    const values = row.slice(0, partitionColumns).map(textOrNull);
    const [count, hash, first, last] = row.slice(partitionColumns);
    return { values, rows: integer(count), hash: textOrNull(hash), firstHash: maybe(first), lastHash: maybe(last) };
  });
  const answer = new Map(partitions.map((partition) => [partitionKey(partition.values), partition]));
  if (answer.size !== rows.length) throw new Error('the answer has a partition twice');
  return answer;
}

export function integer(value: unknown): bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return BigInt(value);
  throw new Error(`${JSON.stringify(value)} is not an integer`);
}

export function textOrNull(value: unknown): string | null {
  if (value === null || typeof value === 'string') return value;
  throw new Error('a text of the answer is not a text');
}

function maybe(value: unknown): bigint | null {
  return value === null ? null : integer(value);
}

export function totalRows(answer: HashAnswer): bigint {
  return [...answer.values()].reduce((sum, { rows }) => sum + rows, 0n);
}

/** Of those with the most rows the first by key, in whatever order the engine answers. */
export function largestPartition(answer: HashAnswer | undefined): PartitionHash | undefined {
  const entries = [...(answer ?? [])];
  const most = entries.reduce((rows, [, each]) => (each.rows > rows ? each.rows : rows), 0n);
  const largest = entries.filter(([, { rows }]) => rows === most);
  return largest.toSorted(([a], [b]) => compareText(a, b))[0]?.[1];
}

/** The checksum of a table without partitions; of others the SHA-256 over partitions, rows and checksums in their order. */
export function totalHash(answer: HashAnswer, partitionColumns: number): string {
  if (partitionColumns === 0) return [...answer.values()][0]?.hash ?? 'no rows';
  const sorted = [...answer].sort(([a], [b]) => compareText(a, b));
  return `sha256:${sha256(canonicalJson(sorted.map(([key, { rows, hash }]) => [key, String(rows), hash])))}`;
}
