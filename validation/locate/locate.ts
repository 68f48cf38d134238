import { ok } from '../../core/result.js';
import type { Result } from '../../core/result.js';
import { integer, partitionKey, textOrNull } from '../checks/hash-answer.js';
import type { HashAnswer } from '../checks/hash-answer.js';
import { differencesOf } from '../checks/partition.js';
import { readSampledRows, surplus } from '../checks/sample.js';
import { bucketHashes, rowsOfBuckets } from '../sql/row-hash-queries.js';
import type { Scan } from '../sql/scan.js';
import type { Side } from '../values/form.js';
import type { Rows, SideQuestions } from '../table/ask-sides.js';
import { showRows } from './show-rows.js';
import type { ShownDifferences, ShowOptions } from './show-rows.js';

export interface Located extends ShownDifferences {
  /** False where more partitions or buckets differ than were read. */
  readonly isComplete: boolean;
}

/** What two more scans may read. */
const mostPartitions = 200;
const mostBuckets = 64;
const rowsOfBucket = 1_000n;

/**
 * The rows that differ, from partitions that do: one scan of these partitions hashes their buckets, a second reads the
 * rows of buckets that differ.
 */
export async function locateDifferences(
  scans: Readonly<Record<Side, Scan>>,
  hashes: Readonly<Record<Side, HashAnswer>>,
  questions: SideQuestions,
  options: ShowOptions = {},
): Promise<Result<Located>> {
  const { missing, extra, counts, contents } = differencesOf(hashes.source, hashes.target);
  const partitions = [...missing, ...extra, ...counts, ...contents];
  const read = partitions.slice(0, mostPartitions);
  const keys = scans.source.partitionColumns.length;
  const rows = read.reduce((sum, values) => {
    const key = partitionKey(values);
    return sum + (hashes.source.get(key)?.rows ?? 0n) + (hashes.target.get(key)?.rows ?? 0n);
  }, 0n);
  const affected = (side: Side): Scan => ({ ...scans[side], ...(keys > 0 && { partitions: read }) });
  const buckets = bucketsFor(rows);
  const hashed = await questions.both('locate buckets', (side) => bucketHashes(affected(side), buckets));
  if (!hashed.ok) return hashed;
  const wanted = differingBuckets(hashed.value.source, hashed.value.target, keys);
  const slice = { buckets, wanted: wanted.slice(0, mostBuckets) };
  const isComplete = read.length === partitions.length && slice.wanted.length === wanted.length;
  if (wanted.length === 0) return ok({ ...showRows([], [], scans.source, options), isComplete });
  const answers = await questions.both('locate rows', (side) => rowsOfBuckets(affected(side), slice));
  if (!answers.ok) return answers;
  const [source, target] = [readSampledRows(answers.value.source, keys), readSampledRows(answers.value.target, keys)];
  return ok({ ...showRows(surplus(source, target), surplus(target, source), scans.source, options), isComplete });
}

function bucketsFor(rows: bigint): number {
  let buckets = 1;
  while (BigInt(buckets) * rowsOfBucket < rows && buckets < 2 ** 20) buckets *= 2;
  return buckets;
}

function differingBuckets(source: Rows, target: Rows, partitionColumns: number): readonly number[] {
  const read = (rows: Rows): ReadonlyMap<string, string> =>
    new Map(
      rows.map((row) => [
        JSON.stringify(
          row
            .slice(0, partitionColumns + 1)
            .map((each) => (typeof each === 'string' || each === null ? each : Number(each))),
        ),
        `${String(integer(row[partitionColumns + 1]))} ${textOrNull(row[partitionColumns + 2]) ?? ''}`,
      ]),
    );
  const [from, to] = [read(source), read(target)];
  const keys = [...new Set([...from.keys(), ...to.keys()])].filter((key) => from.get(key) !== to.get(key));
  return [...new Set(keys.map((key) => (JSON.parse(key) as unknown[]).at(-1) as number))];
}
